using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>Counts and times what arrives, on any thread.</summary>
sealed class Arrivals
{
    /// <summary>What has not arrived by then is lost.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    readonly Lock _lock = new();
    readonly Latency _latency = new();
    TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _count, _expected = int.MaxValue;
    long _last;

    public void Add(long nanoseconds)
    {
        lock (_lock)
        {
            _latency.Record(nanoseconds);
            _last = Clock.Now;
            if (++_count >= _expected) _complete.TrySetResult();
        }
    }

    /// <summary>Waits until so many have arrived since the last time, and begins anew.</summary>
    /// <exception cref="InvalidOperationException">Nothing has arrived, so that there is nothing to measure.</exception>
    public async Task<Arrived> CollectAsync(int expected)
    {
        Task complete;
        lock (_lock)
        {
            _expected = expected;
            if (_count >= expected) _complete.TrySetResult();
            complete = _complete.Task;
        }

        await complete.WaitAsync(s_patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (_count == 0) throw new InvalidOperationException("Nothing has arrived.");
            var arrived = new Arrived(_count, _last, _latency.Microseconds(50), _latency.Microseconds(99));
            _latency.Reset();
            _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_count, _expected) = (0, int.MaxValue);
            return arrived;
        }
    }
}
