namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>What a node has sent; times in nanoseconds, and how long a call took in microseconds.</summary>
sealed record Sent(long Start, long End, int Calls, int Messages, double P50, double P99);
