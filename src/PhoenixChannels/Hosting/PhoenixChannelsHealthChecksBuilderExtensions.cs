using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PhoenixChannels;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of the channels server.</summary>
public static class PhoenixChannelsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the check <c>phoenix_channels</c>, tagged <c>ready</c>. It is healthy while clients are let in, and unhealthy before the host has started and from
    /// the moment on at which it begins to stop and drains its connections, so that a load balancer sends newcomers elsewhere. While the node is not connected to
    /// the others, it is degraded: all nodes are when their engine is away, and clients are better off with any of them than with none.
    /// </summary>
    /// <exception cref="InvalidOperationException">When the check runs: <c>AddPhoenixChannels</c> was not called.</exception>
    /// <example><code>builder.Services.AddHealthChecks().AddPhoenixChannels();</code></example>
    public static IHealthChecksBuilder AddPhoenixChannels(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new("phoenix_channels", Create, HealthStatus.Unhealthy, ["ready"]));
    }

    static ChannelsHealthCheck Create(IServiceProvider services) => new(
        services.GetService<SocketServer>() ?? throw new InvalidOperationException("The health check needs the channels' services: call builder.Services.AddPhoenixChannels(), too."),
        services.GetRequiredService<PubSub>(),
        services.GetRequiredService<IHostApplicationLifetime>());
}
