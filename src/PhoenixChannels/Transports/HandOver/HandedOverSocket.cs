using Microsoft.AspNetCore.Connections;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Transports;

/// <summary>A socket whose handshake is done, and that waits for HTTP to leave the connection.</summary>
internal sealed class HandedOverSocket(SocketEndpoint endpoint, AcceptedSocket accepted)
{
    /// <summary>Runs it on the bare connection until its end.</summary>
    public Task RunAsync(ConnectionContext connection)
    {
        var transport = new BareFrameConnection(connection, endpoint.Options.WebSocket);
        var socket = new SocketConnection(endpoint, accepted, transport);
        socket.Open();
        return transport.RunAsync(socket);
    }

    /// <summary>There will be no connection.</summary>
    public ValueTask AbandonAsync() => accepted.DisposeAsync();
}
