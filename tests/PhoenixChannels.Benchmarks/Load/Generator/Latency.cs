using HdrHistogram;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Times in nanoseconds, to three digits.</summary>
sealed class Latency
{
    const long Longest = 300 * Clock.Second;

    readonly LongHistogram _histogram = new(Longest, 3);

    public void Record(long nanoseconds) => _histogram.RecordValue(Math.Clamp(nanoseconds, 0, Longest));

    public void Reset() => _histogram.Reset();

    public double Microseconds(double percentile) => _histogram.TotalCount == 0 ? double.NaN : _histogram.GetValueAtPercentile(percentile) / 1000.0;

    public void Report(Figures figures, string prefix = "")
    {
        figures.Add($"{prefix}p50_us", Microseconds(50));
        figures.Add($"{prefix}p99_us", Microseconds(99));
        figures.Add($"{prefix}p999_us", Microseconds(99.9));
        figures.Add($"{prefix}max_us", Microseconds(100));
    }
}
