namespace PhoenixChannels.Connections;

internal sealed class SocketRegistry(SocketServer server, PubSub pubSub) : ISocketRegistry
{
    public IReadOnlyList<SocketInfo> ListSockets() =>
        [.. server.Connections.Where(connection => !connection.IsClosed).Select(connection => connection.Describe())];

    public IReadOnlyList<ChannelInfo>? ListChannels(long socketKey) =>
        Array.Find(server.Connections, connection => connection.Key == socketKey && !connection.IsClosed)?.DescribeChannels();

    public int CountSubscribers(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return pubSub.Registry.CountOf(topic);
    }
}
