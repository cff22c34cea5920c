using Microsoft.AspNetCore.Connections;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Transports;

/// <summary>A socket whose handshake is done, and that waits for HTTP to leave the connection.</summary>
internal sealed class HandedOverSocket(SocketEndpoint endpoint, AcceptedSocket accepted)
{
    /// <summary>Starts it on the bare connection.</summary>
    public BareFrameConnection Start(ConnectionContext connection)
    {
        var transport = new BareFrameConnection(connection, endpoint.Options.WebSocket);
        transport.Start(new(endpoint, accepted, transport));
        return transport;
    }

    /// <summary>There will be no connection.</summary>
    public ValueTask AbandonAsync() => accepted.DisposeAsync();
}
