using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server.Hosts;

/// <summary>An application as it was written before minimal hosting.</summary>
internal sealed class Startup
{
    public static void ConfigureServices(IServiceCollection services) => services.AddPhoenixChannels().AddPresence<HostedPresence>();

    public static void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints => endpoints.MapSocket<TestSocket>("/socket", options => options.LongPoll.Enabled = true).MapChannel<HostedChannel>("room:*"));
    }
}

/// <summary>One that has forgotten its channels.</summary>
internal sealed class UnsoundStartup
{
    public static void ConfigureServices(IServiceCollection services) => services.AddPhoenixChannels();

    public static void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints => endpoints.MapSocket<TestSocket>("/socket"));
    }
}
