using PhoenixChannels.Benchmarks.Load.Generator;
using PhoenixChannels.Benchmarks.Load.Report;
using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Broadcasts;

/// <summary>Each measurement has nodes of its own, in processes of their own, which are warm when it begins.</summary>
sealed class PubSubMeasurement(string connectionString, Pace pace, Results results)
{
    public const string Deaf = "deaf", Listener = "listener";

    /// <summary>Callers while CPU time is measured.</summary>
    const int SomeCallers = 16;

    static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(100);

    /// <summary>Of one node at once.</summary>
    public static IReadOnlyList<int> Callers { get; } = [1, 16, 256];

    public static IReadOnlyList<int> Nodes { get; } = [1, 2, 4];

    /// <summary>From one node to another, by the number of callers.</summary>
    public async Task MeasureSpeedAsync(string kind, IReadOnlyList<int> callers)
    {
        await using var nodes = await NodeProcesses.StartAsync(kind, connectionString, kind == Messenger.Linked ? 1 : 2);
        NodeProcess[] receivers = [nodes[^1]];
        await receivers[0].SubscribeAsync(1);
        foreach (var count in callers)
        {
            await SendAsync(nodes[0], receivers, count, pace.WarmUp);
            results.Add(kind, SpeedOf(count), await SendAsync(nodes[0], receivers, count, pace.Seconds));
        }
    }

    /// <summary>What a message costs a node that only listens, with a subscriber to its topic and without, and what silence costs.</summary>
    public async Task MeasureListenersAsync(string kind)
    {
        await using var nodes = await NodeProcesses.StartAsync(kind, connectionString, 3);
        var (deaf, listener) = (nodes[1], nodes[2]);
        await listener.SubscribeAsync(1);
        await SendAsync(nodes[0], [listener], SomeCallers, pace.WarmUp);
        await Task.Delay(s_rest, TimeProvider.System);
        double[] begin = [deaf.CpuSeconds, listener.CpuSeconds];
        var messages = (await SendAsync(nodes[0], [listener], SomeCallers, pace.Seconds))["messages"];

        // The one without a subscriber cannot say when it has read everything.
        await Task.Delay(s_rest, TimeProvider.System);
        double[] middle = [deaf.CpuSeconds, listener.CpuSeconds];
        await Task.Delay(TimeSpan.FromSeconds(pace.Seconds), TimeProvider.System);
        double[] end = [deaf.CpuSeconds, listener.CpuSeconds];
        foreach (var (i, scenario) in new[] { Deaf, Listener }.Index())
        {
            results.Add(kind, scenario, new Dictionary<string, double>
            {
                ["cpu_us"] = (middle[i] - begin[i]) / messages * 1e6,
                ["silence_ms"] = (end[i] - middle[i]) / pace.Seconds * 1e3,
            });
        }
    }

    /// <summary>What a message costs all nodes together, when every node has a subscriber.</summary>
    public async Task MeasureNodesAsync(string kind, int count)
    {
        await using var nodes = await NodeProcesses.StartAsync(kind, connectionString, count);
        await Task.WhenAll(nodes.Select(node => node.SubscribeAsync(1)));
        await SendAsync(nodes[0], nodes, SomeCallers, pace.WarmUp);
        var begin = nodes.Sum(node => node.CpuSeconds);
        var figures = await SendAsync(nodes[0], nodes, SomeCallers, pace.Seconds);
        figures["cpu_us"] = (nodes.Sum(node => node.CpuSeconds) - begin) / figures["messages"] * 1e6;
        results.Add(kind, NodesOf(count), figures);
    }

    public static string SpeedOf(int callers) => $"speed:{callers}";

    public static string NodesOf(int nodes) => $"nodes:{nodes}";

    /// <summary>Sends until the time is over, and waits for the last message: what is only queued has not been carried.</summary>
    static async Task<Dictionary<string, double>> SendAsync(NodeProcess sender, IReadOnlyList<NodeProcess> receivers, int callers, double seconds)
    {
        var sent = await sender.SendAsync(callers, 1, seconds);
        var arrived = await Task.WhenAll(receivers.Select(receiver => receiver.CollectAsync(sent.Messages)));
        return new()
        {
            ["messages"] = sent.Messages,
            ["per_s"] = sent.Messages / ((double)(arrived.Max(one => one.Last) - sent.Start) / Clock.Second),
            ["p50_us"] = arrived.Max(one => one.P50),
            ["p99_us"] = arrived.Max(one => one.P99),
            ["lost"] = arrived.Sum(one => sent.Messages - one.Messages),
        };
    }
}
