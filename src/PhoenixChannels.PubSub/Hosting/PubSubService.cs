using Microsoft.Extensions.Hosting;

namespace PhoenixChannels.Hosting;

/// <summary>Connects the adapter when the host starts and disconnects it when it stops.</summary>
internal sealed class PubSubService(PubSub pubSub) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => pubSub.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => pubSub.StopAsync(cancellationToken);
}
