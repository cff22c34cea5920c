namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>What has arrived at a node; the time of the last in nanoseconds, and how long they were on their way in microseconds.</summary>
sealed record Arrived(int Messages, long Last, double P50, double P99);
