using System.Diagnostics;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Monotonic time in nanoseconds.</summary>
static class Clock
{
    public const long Second = 1_000_000_000, Millisecond = 1_000_000, Never = long.MaxValue;

    static readonly long s_unit = Second / Stopwatch.Frequency;

    public static long Now => Stopwatch.GetTimestamp() * s_unit;

    public static long Of(double seconds) => (long)(seconds * Second);
}
