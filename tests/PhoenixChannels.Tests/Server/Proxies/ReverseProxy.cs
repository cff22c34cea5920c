using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;

namespace PhoenixChannels.Tests.Server.Proxies;

/// <summary>A real YARP on a free port: what it gets below <c>/app</c> goes to one server after the other, with <c>X-Forwarded-*</c>.</summary>
internal sealed class ReverseProxy : IAsyncDisposable
{
    readonly WebApplication _app;

    ReverseProxy(WebApplication app)
    {
        _app = app;
        EndPoint = new(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
    }

    public IPEndPoint EndPoint { get; }

    /// <param name="version">The version of HTTP that is spoken to the server.</param>
    /// <param name="removesPrefix">Whether the server sees the path without <c>/app</c>.</param>
    /// <param name="servers">Where requests go.</param>
    public static async Task<ReverseProxy> StartAsync(Version version, bool removesPrefix, params IPEndPoint[] servers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var route = new RouteConfig { RouteId = "app", ClusterId = "servers", Match = new() { Path = "/app/{**rest}" } };
        if (removesPrefix) route = route.WithTransformPathRemovePrefix("/app");
        var cluster = new ClusterConfig
        {
            ClusterId = "servers",
            Destinations = servers.ToDictionary(server => server.ToString(), server => new DestinationConfig { Address = $"http://{server}" }),
            LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
            HttpRequest = new ForwarderRequestConfig { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        };
        builder.Services.AddRoutingCore();
        builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
