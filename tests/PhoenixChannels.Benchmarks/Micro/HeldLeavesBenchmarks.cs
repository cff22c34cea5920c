using BenchmarkDotNet.Attributes;
using PhoenixChannels.Presences;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>A network that fails for a moment, with a grace period: all clients of a topic leave, then all come back one by one. The figure is for one client.</summary>
public class HeldLeavesBenchmarks
{
    const int Clients = 10_000;

    static readonly TrackedEntry[] s_left = Entries(0), s_back = Entries(Clients);

    [Benchmark(OperationsPerInvoke = Clients)]
    public bool LeaveAndReturn()
    {
        var held = new HeldLeaves();
        foreach (var entry in s_left) held.Hold(entry, 0);
        foreach (var entry in s_back)
        {
            var diff = new PresenceDiff(new(), new());
            diff.Joins.Add(entry);
            held.Release(diff, static _ => false);
        }

        return held.IsEmpty;
    }

    static TrackedEntry[] Entries(int firstMeta) => [.. Enumerable.Range(0, Clients).Select(i => new TrackedEntry($"user-{i:d6}", Samples.Text($"{firstMeta + i}")))];
}
