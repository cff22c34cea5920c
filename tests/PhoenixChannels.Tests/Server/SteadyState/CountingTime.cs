namespace PhoenixChannels.Tests.Server.SteadyState;

/// <summary>The system's time, whose timers are counted.</summary>
internal sealed class CountingTime : TimeProvider
{
    int _timers;

    /// <summary>How many have been made.</summary>
    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return base.CreateTimer(callback, state, dueTime, period);
    }
}
