using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Diagnostics;

/// <summary>Whether a client that comes now is let in: the host has started, and does not stop yet. Without the other nodes it is let in all the same.</summary>
internal sealed class ChannelsHealthCheck(SocketServer server, PubSub pubSub, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var drains = lifetime.ApplicationStopping.IsCancellationRequested || server.Draining.IsCancellationRequested;
        var problem = drains ? "The server drains and takes no more connections." : lifetime.ApplicationStarted.IsCancellationRequested ? null : "The server has not started.";
        if (problem is not null) return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, problem));
        return Task.FromResult(pubSub.Status.Problem is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Other nodes: see PubSub.Status and the log."));
    }
}
