using System.Diagnostics;
using System.Globalization;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Benchmarks.Growth;

/// <summary>What one more subscription costs, and what each weighs, by the number of those that there are. × is the figure divided by that of the fewest.</summary>
static class GrowthReport
{
    const int Rounds = 21, Batch = 1000;

    static readonly int[] s_sizes = [1000, 10_000, 100_000, 1_000_000];

    public static void Run(TextWriter output)
    {
        output.WriteLine($"Medians of {Rounds} rounds. {Machine.Describe()}.");
        output.WriteLine();
        output.WriteLine("| topics | subscriptions | join and leave ns | × | bytes/subscription |");
        output.WriteLine("|---|--:|--:|--:|--:|");
        foreach (var (name, perTopic) in new[] { ("one", int.MaxValue), ("one for every ten", 10), ("one for each", 1) })
        {
            // The code is compiled, and compiled again, before it counts.
            for (var i = 0; i < 4; i++) Measure(s_sizes[0], perTopic);
            var smallest = 0.0;
            foreach (var size in s_sizes)
            {
                var (nanoseconds, bytes) = Measure(size, perTopic);
                if (smallest == 0) smallest = nanoseconds;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {size:n0} | {nanoseconds:n0} | {nanoseconds / smallest:n2} | {bytes:n0} |"));
            }
        }
    }

    static (double Nanoseconds, double Bytes) Measure(int size, int perTopic)
    {
        // Those that come and go, a thousand at a time, do so on topics that there are.
        string[] topics = [.. Enumerable.Range(0, (size - 1) / perTopic + 1).Select(topic => $"room:{topic}")];
        Nobody[] clients = [.. Enumerable.Range(0, size + Batch).Select(_ => new Nobody())];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var registry = new TopicRegistry();
        for (var i = 0; i < size; i++) registry.Subscribe(topics[i / perTopic], clients[i]);
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / size;
        var times = new double[Rounds];
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            string[] chosen = [.. Enumerable.Range(0, Batch).Select(_ => topics[random.Next(topics.Length)])];
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Batch; i++) registry.Subscribe(chosen[i], clients[size + i]);
            for (var i = 0; i < Batch; i++) registry.Unsubscribe(chosen[i], clients[size + i]);
            times[round] = watch.Elapsed.TotalNanoseconds / Batch;
        }

        GC.KeepAlive(registry);
        Array.Sort(times);
        return (times[Rounds / 2], bytes);
    }

    sealed class Nobody : Subscriber
    {
        public override void Deliver(Delivery delivery)
        {
        }
    }
}
