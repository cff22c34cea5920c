using Microsoft.Extensions.Hosting;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Hosting;

/// <summary>
/// Looks at the thread pool from a thread of its own, and has it make threads when work waits and none is finished: by itself it makes one or two a second,
/// so that a few handlers that block hold up everybody for seconds.
/// </summary>
internal sealed class ThreadPoolGuard(ChannelsMetrics metrics) : IHostedService, IDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    readonly ManualResetEventSlim _stop = new();
    Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new(Run) { IsBackground = true, Name = "Channels thread-pool guard", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // More than once, since it is registered under two types.
        _stop.Set();
        _thread?.Join();
    }

    void Run()
    {
        ThreadPool.GetMinThreads(out var floor, out var completionPorts);
        var watch = new ThreadPoolWatch(floor);
        while (!_stop.Wait(s_interval))
        {
            var before = watch.Minimum;
            if (!watch.Look(ThreadPool.CompletedWorkItemCount, ThreadPool.PendingWorkItemCount, ThreadPool.ThreadCount)) continue;
            ThreadPool.SetMinThreads(watch.Minimum, completionPorts);
            if (watch.Minimum > before) metrics.ThreadPoolRaises.Add(1);
        }

        ThreadPool.SetMinThreads(floor, completionPorts);
    }
}
