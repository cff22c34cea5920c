using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Testing.Clock;

/// <summary>A fake time that knows when its next timer is due.</summary>
internal sealed class TestTime : FakeTimeProvider
{
    readonly Lock _lock = new();
    readonly HashSet<TestTimer> _waiting = [];

    /// <summary>When the next timer is due after this moment; null when none is.</summary>
    public DateTimeOffset? NextDueAfter(DateTimeOffset moment)
    {
        DateTimeOffset? next = null;
        lock (_lock)
        {
            foreach (var timer in _waiting)
                if (timer.Due > moment && (next is null || timer.Due < next)) next = timer.Due;
        }

        return next;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new TestTimer(this);
        timer.Set(dueTime, period);
        timer.Inner = base.CreateTimer(
            _ =>
            {
                timer.Fired();
                callback(state);
            },
            null,
            dueTime,
            period);
        return timer;
    }

    sealed class TestTimer(TestTime time) : ITimer
    {
        TimeSpan _period;

        public ITimer Inner { get; set; } = null!;      // set before anybody gets the timer

        public DateTimeOffset Due { get; private set; }

        public void Set(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                _period = period;
                if (dueTime < TimeSpan.Zero)
                {
                    time._waiting.Remove(this);
                    return;
                }

                Due = time.GetUtcNow() + dueTime;
                time._waiting.Add(this);
            }
        }

        public void Fired()
        {
            lock (time._lock)
            {
                if (_period > TimeSpan.Zero) Due += _period;
                else time._waiting.Remove(this);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Set(dueTime, period);
            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (time._lock) time._waiting.Remove(this);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
