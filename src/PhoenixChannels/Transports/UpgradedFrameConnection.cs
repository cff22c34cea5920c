using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>A WebSocket on the upgraded stream of a request, which lasts as long.</summary>
internal sealed class UpgradedFrameConnection(HttpContext context, IDuplexPipe pipe, WebSocketTransportOptions options) : PipeFrameConnection(pipe, options)
{
    public override void Abort() => context.Abort();
}
