using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>
/// What a full server on Kestrel can hope to approach: bare connections without an HTTP layer, nothing per connection but one client and the
/// transport's own, no mailbox, no JSON parser, and no check but what cutting frames needs. It knows heartbeat, phx_join, echo, shout, burn
/// and block on any topic. It is not a bound by nature, and nothing to expose to strangers.
/// </summary>
static class CeilingServer
{
    public static Action<ListenOptions> Configure(IWebHostBuilder host)
    {
        // What a socket has ready is handled on the socket engine's own thread. Read when the first socket is made.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        host.UseSockets(sockets =>
        {
            sockets.MaxWriteBufferSize = ServerCommand.Setting("OUTBOX_BYTES", 1 << 20);
            sockets.UnsafePreferInlineScheduling = true;
        });
        return listen => listen.Run(CeilingClient.RunAsync);
    }

    /// <summary>
    /// The same behind Kestrel's HTTP, which makes the handshake and keeps its state: the price of a handshake that an ASP.NET Core application
    /// can see, before it does anything in it.
    /// </summary>
    public static Action<WebApplication> ConfigureInHttp(IWebHostBuilder host)
    {
        Configure(host);
        return app => app.Run(async context =>
        {
            var key = context.Request.Headers.SecWebSocketKey.ToString();
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketAccept = CeilingHandshake.Accept(key);
            var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await CeilingClient.RunAsync(PipeReader.Create(stream, new(useZeroByteReads: true)), PipeWriter.Create(stream), context.Abort, isUpgraded: true);
        });
    }
}
