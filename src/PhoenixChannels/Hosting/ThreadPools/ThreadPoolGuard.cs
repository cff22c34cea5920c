using System.Runtime;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Hosting;

/// <summary>
/// Looks at the thread pool from a thread of its own, and has it make threads when work waits for long and little is finished: by itself it makes one or two a
/// second, so that a few handlers that block hold up everybody for seconds.
/// </summary>
internal sealed class ThreadPoolGuard(ChannelsMetrics metrics) : IHostedLifecycleService, IDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    /// <summary>The runtime's own work between two looks, from which on it is that which holds everything up.</summary>
    static readonly TimeSpan s_holdUp = s_interval / 4;

    readonly ManualResetEventSlim _stop = new();
    Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new(Run) { IsBackground = true, Name = "Channels thread-pool guard", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Not yet: channels that end may block as well.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // More than once, since it is registered under two types.
        _stop.Set();
        _thread?.Join();
    }

    void Run()
    {
        var minimum = ThreadPoolMinimum.OfProcess;
        var watch = new ThreadPoolWatch(minimum.Floor, Environment.ProcessorCount);
        var probe = new ThreadPoolProbe();
        var lastBusy = TimeSpan.Zero;
        while (!_stop.Wait(s_interval))
        {
            var before = watch.More;
            var busy = JitInfo.GetCompilationTime() + GC.GetTotalPauseDuration();
            var isHeldUp = busy - lastBusy > s_holdUp;
            lastBusy = busy;
            var pending = ThreadPool.PendingWorkItemCount;
            var isChanged = watch.Look(ThreadPool.CompletedWorkItemCount, pending, ThreadPool.ThreadCount, probe.Waited, isHeldUp);
            if (!probe.IsWaiting)
            {
                // An idle pool is not woken.
                if (pending > 0) probe.Send();
                else probe.Reset();
            }

            if (!isChanged) continue;
            minimum.Want(this, watch.More);
            if (watch.More > before) metrics.ThreadPoolRaises.Add(1);
        }

        minimum.Want(this, 0);
    }
}
