namespace PhoenixChannels;

/// <summary>Reaches topics and sockets from outside any channel: from minimal APIs, controllers and hosted services.</summary>
/// <example><code>app.MapPost("/notices", (Notice notice, IBroadcaster channels) => channels.BroadcastAsync("room:lobby", "notice", notice));</code></example>
public interface IBroadcaster
{
    /// <summary>Sends an event to everybody on a topic, on all nodes.</summary>
    /// <inheritdoc cref="PubSub.BroadcastAsync{T}"/>
    ValueTask BroadcastAsync<T>(string topic, string @event, T payload, CancellationToken cancellationToken = default);

    /// <summary>
    /// Closes every connection whose <see cref="Socket.Id"/> is this one, on all nodes, with code 1001; clients come back and are asked to
    /// connect anew. It is the broadcast of <c>disconnect</c> on that id, as in Phoenix.
    /// </summary>
    /// <exception cref="PubSubUnavailableException">The adapter did not take the message.</exception>
    ValueTask DisconnectAsync(string socketId, CancellationToken cancellationToken = default);

    /// <summary>Ends one topic's channel of every connection with this id, on all nodes: the client gets <c>phx_close</c> and does not join again by itself. A join that is undecided then is refused with <c>kicked</c>, and may be tried again.</summary>
    /// <exception cref="PubSubUnavailableException">The adapter did not take the message.</exception>
    ValueTask KickAsync(string socketId, string topic, CancellationToken cancellationToken = default);
}
