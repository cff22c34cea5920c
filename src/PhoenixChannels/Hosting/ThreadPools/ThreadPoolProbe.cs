using System.Diagnostics;

namespace PhoenixChannels.Hosting;

/// <summary>A work item that does nothing but note when it runs: how long work waits for a thread.</summary>
internal sealed class ThreadPoolProbe : IThreadPoolWorkItem
{
    long _queued, _ran;             // 0: not

    /// <summary>Whether it waits for a thread.</summary>
    public bool IsWaiting => _queued != 0 && Volatile.Read(ref _ran) == 0;

    /// <summary>How long it has waited, until now or until it ran; zero when it was not sent.</summary>
    public TimeSpan Waited => _queued == 0 ? TimeSpan.Zero
        : Volatile.Read(ref _ran) is var ran and not 0 ? Stopwatch.GetElapsedTime(_queued, ran)
        : Stopwatch.GetElapsedTime(_queued);

    /// <summary>Sends it; not while it waits.</summary>
    public void Send()
    {
        _queued = Stopwatch.GetTimestamp();
        Volatile.Write(ref _ran, 0);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Forgets the last time; not while it waits.</summary>
    public void Reset() => _queued = 0;

    void IThreadPoolWorkItem.Execute() => Volatile.Write(ref _ran, Stopwatch.GetTimestamp());
}
