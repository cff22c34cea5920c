using Microsoft.Extensions.Hosting;

namespace PhoenixChannels.Presences;

/// <summary>Connects a presence with the other nodes while the host runs.</summary>
internal sealed class PresenceService(Presence presence) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => presence.Tracker.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => presence.Tracker.StopAsync(cancellationToken);
}
