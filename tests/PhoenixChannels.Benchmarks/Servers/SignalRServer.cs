using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>SignalR with its JSON protocol over WebSocket, without negotiation.</summary>
static class SignalRServer
{
    public static Action<WebApplication> Configure(WebApplicationBuilder builder)
    {
        // One frame each way in 30 seconds, as Phoenix clients have it, and given up after the same silence.
        builder.Services.AddSignalR(signalR =>
        {
            signalR.KeepAliveInterval = TimeSpan.FromSeconds(30);
            signalR.ClientTimeoutInterval = TimeSpan.FromSeconds(60);
        });
        return app => app.MapHub<LoadHub>("/hub", hub => hub.Transports = HttpTransportType.WebSockets);
    }
}
