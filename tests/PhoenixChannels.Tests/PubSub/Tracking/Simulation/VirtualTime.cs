namespace PhoenixChannels.Tests.Broadcasting.Tracking.Simulation;

/// <summary>Time that passes when the simulation says so. What the clock on the wall shows has nothing to do with it.</summary>
sealed class VirtualTime(Random random) : TimeProvider
{
    long _ticks = random.NextInt64(1L << 40);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(random.NextInt64(TimeSpan.TicksPerDay * 365 * 2000), TimeSpan.Zero);

    public void Advance(TimeSpan by) => _ticks += by.Ticks;
}
