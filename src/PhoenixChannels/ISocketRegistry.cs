namespace PhoenixChannels;

/// <summary>
/// Looks into the running server: its sockets, their channels, the sizes of topics; of this node alone. The counterpart of
/// <see href="https://hexdocs.pm/phoenix/Phoenix.Debug.html">Phoenix.Debug</see>. May be called from any thread. What is returned is
/// a picture that has begun to age; it holds neither parameters nor tokens nor payloads, but topics and names, so show it to
/// operators only.
/// </summary>
/// <remarks>Every call walks all sockets of the node, each for a moment: meant for people and their tools, not for the code that handles a message. The socket of a channel is <see cref="Channel.Socket"/>.</remarks>
/// <example><code>app.MapGet("/sockets", (ISocketRegistry sockets) => sockets.ListSockets()).RequireAuthorization("operators");</code></example>
public interface ISocketRegistry
{
    /// <summary>All sockets that are connected, in no order. Phoenix's <c>list_sockets/0</c>.</summary>
    IReadOnlyList<SocketInfo> ListSockets();

    /// <summary>All channels of a socket, in no order; null when the socket is connected no more. Phoenix's <c>list_channels/1</c>.</summary>
    /// <param name="socketKey">The socket's <see cref="SocketInfo.Key"/>.</param>
    IReadOnlyList<ChannelInfo>? ListChannels(long socketKey);

    /// <summary>How many subscribers a topic has on this node: its channels, and the subscriptions of <see cref="PubSub"/> and of other channels to it.</summary>
    int CountSubscribers(string topic);
}
