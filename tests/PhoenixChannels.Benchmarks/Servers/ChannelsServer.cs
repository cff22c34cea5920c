using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>The library, with a typed channel. Whether connections leave HTTP is its caller's choice.</summary>
static class ChannelsServer
{
    public static Action<WebApplication> Configure(WebApplicationBuilder builder)
    {
        if (ServerCommand.Setting("GUARD", 1) > 0) builder.UseChannelsThreadPoolGuard();
        builder.Services.AddPhoenixChannels();
        return app => app.MapSocket<LoadSocket>("/socket", socket =>
            {
                socket.Origin = OriginPolicy.Any;
                socket.WebSocket.MaxOutboxBytes = ServerCommand.Setting("OUTBOX_BYTES", 1 << 20);
            })
            .MapChannel<LoadChannel>("room:*");
    }
}
