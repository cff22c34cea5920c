using Microsoft.Extensions.Hosting;
using PhoenixChannels.Hosting;

namespace PhoenixChannels.Connections;

/// <summary>One timer for the idle time-outs of all connections.</summary>
internal sealed class IdleScanner(SocketServer server, TimeProvider time, StarvationWarning starvation) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Runs from the start, whenever the thread pool gets to the loop.
    readonly PeriodicTimer _timer = new(Interval, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var last = time.GetTimestamp(); await _timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false); last = time.GetTimestamp())
            {
                // A clock of a test's jumps.
                if (time == TimeProvider.System) starvation.Notice(time.GetElapsedTime(last) - Interval);
                server.Scan();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
