using Microsoft.Extensions.Hosting;

namespace PhoenixChannels.Connections;

/// <summary>One timer for the idle time-outs of all connections.</summary>
internal sealed class IdleScanner(SocketServer server, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) server.Scan();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
