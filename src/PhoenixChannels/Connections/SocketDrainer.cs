using Microsoft.Extensions.Hosting;

namespace PhoenixChannels.Connections;

/// <summary>
/// Closes all connections, with 1012 unless told otherwise, when the host begins to stop, so that clients come back, to another node or to the next process.
/// In batches, so that they do not come back all at once. Within a batch every connection is closed before any channel is told.
/// </summary>
internal sealed class SocketDrainer(SocketServer server, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Phoenix's drainer has the same.</summary>
    const int BatchSize = 10_000;

    static readonly TimeSpan s_batchInterval = TimeSpan.FromSeconds(2);

    Task _draining = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await server.RequireSoundAsync().ConfigureAwait(false);
        lifetime.ApplicationStopping.Register(() => _draining = DrainAsync());
    }

    /// <summary>A Startup class maps its sockets while the web server starts, which may be after the services that were registered before it.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => server.RequireSoundAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Channels finish what they are doing, within SocketOptions.ShutdownTimeout and the host's own deadline.
        await _draining.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.WhenEmptyAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task DrainAsync()
    {
        var isFirst = true;
        foreach (var batch in server.StartDraining().Chunk(BatchSize))
        {
            if (!isFirst) await Task.Delay(s_batchInterval, time).ConfigureAwait(false);
            isFirst = false;
            var closed = batch.Where(connection => connection.TryClose(connection.Endpoint.Options.DrainCloseCode, "", dropWaiting: false)).ToList();
            foreach (var connection in closed) connection.EndChannels(TerminationReason.Draining);
        }
    }
}
