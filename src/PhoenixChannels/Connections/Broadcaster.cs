namespace PhoenixChannels.Connections;

internal sealed class Broadcaster(PubSub pubSub) : IBroadcaster
{
    public ValueTask BroadcastAsync<T>(string topic, string @event, T payload, CancellationToken cancellationToken = default) =>
        pubSub.BroadcastAsync(topic, @event, payload, cancellationToken);

    public ValueTask DisconnectAsync(string socketId, CancellationToken cancellationToken = default) =>
        pubSub.BroadcastAsync(socketId, ChannelEvents.Disconnect, Payload.Empty, cancellationToken);

    public ValueTask KickAsync(string socketId, string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return pubSub.BroadcastAsync(socketId, KickRequest.Event, KickRequest.For(topic), cancellationToken);
    }
}
