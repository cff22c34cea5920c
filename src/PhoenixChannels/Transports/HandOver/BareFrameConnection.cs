using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PhoenixChannels.Transports;

/// <summary>A WebSocket on a connection that HTTP has left.</summary>
internal sealed class BareFrameConnection(ConnectionContext connection, WebSocketTransportOptions options) : PipeFrameConnection(connection.Transport, options)
{
    // Looked at once a second: a callback would cost more than all of this object.
    readonly CancellationToken _closeRequested = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;

    public override bool IsCloseRequested => _closeRequested.IsCancellationRequested;

    public override void Abort() => connection.Abort();
}
