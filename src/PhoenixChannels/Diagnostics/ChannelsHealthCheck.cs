using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Diagnostics;

/// <summary>Whether a client that comes now is let in: the host has started, and does not stop yet.</summary>
internal sealed class ChannelsHealthCheck(SocketServer server, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var drains = lifetime.ApplicationStopping.IsCancellationRequested || server.Draining.IsCancellationRequested;
        var problem = drains ? "The server drains and takes no more connections." : lifetime.ApplicationStarted.IsCancellationRequested ? null : "The server has not started.";
        return Task.FromResult(problem is null ? HealthCheckResult.Healthy() : new(context.Registration.FailureStatus, problem));
    }
}
