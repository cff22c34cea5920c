using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Transports;

/// <summary>A socket whose handshake is done, and that waits for HTTP to leave the connection.</summary>
internal sealed class HandedOverSocket(SocketEndpoint endpoint, AcceptedSocket accepted)
{
    /// <summary>Runs it on the bare connection until its end.</summary>
    public Task RunAsync(ConnectionContext connection)
    {
        var closeRequested = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        var transport = new PipeFrameConnection(connection.Transport, endpoint.Options.WebSocket, connection.Abort, closeRequested);
        var socket = new SocketConnection(endpoint, accepted, transport);
        socket.Open();
        return transport.RunAsync(socket);
    }
}
