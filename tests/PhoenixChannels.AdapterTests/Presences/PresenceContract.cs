using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.Tests.Broadcasting.Tracking;

namespace PhoenixChannels.AdapterTests.Presences;

/// <summary>What trackers know of each other over an adapter, in real time.</summary>
public abstract class PresenceContract
{
    static readonly TrackerOptions s_options = new()
    {
        BroadcastPeriod = TimeSpan.FromMilliseconds(100),
        MaxSilentPeriods = 5,
        DownPeriod = TimeSpan.FromSeconds(2),
        PermdownPeriod = TimeSpan.FromMinutes(5),
    };

    readonly List<Tracker> _trackers = [];

    [TearDown]
    public async Task Stop()
    {
        foreach (var tracker in _trackers) await tracker.StopAsync();

        _trackers.Clear();
        await StopNodesAsync();
    }

    [Test]
    public async Task What_a_killed_node_had_goes_and_its_successor_comes_with_what_it_has()
    {
        var a = await StartAsync("a", Port);
        await using var way = new TcpProxy(Port);
        var b = await StartAsync("b", way.Port);
        await TrackAsync(a, "ann");
        await TrackAsync(b, "bob");
        Expect(a, "ann", "bob");
        Expect(b, "ann", "bob");
        await way.CutAsync(); // as if b were killed
        Expect(a, "ann");
        var successor = await StartAsync("b", Port);
        await TrackAsync(successor, "ben");
        Expect(a, "ann", "ben");
        Expect(successor, "ann", "ben");
    }

    [Test]
    public async Task After_a_partition_has_healed_all_nodes_have_the_same_again()
    {
        await using var way = new TcpProxy(Port);
        var (a, b) = (await StartAsync("a", Port), await StartAsync("b", way.Port));
        await TrackAsync(a, "ann");
        await TrackAsync(b, "bob");
        Expect(a, "ann", "bob");
        Expect(b, "ann", "bob");
        await way.CutAsync();
        Expect(a, "ann");
        Expect(b, "bob");
        await a.UntrackAsync("t", "ann", 1);
        await TrackAsync(a, "amy");
        await TrackAsync(b, "ben");
        way.Heal();
        Expect(a, "amy", "ben", "bob");
        Expect(b, "amy", "ben", "bob");
    }

    /// <summary>The engine's.</summary>
    protected abstract int Port { get; }

    /// <summary>Starts a node that finds the engine at a port.</summary>
    protected abstract Task<PubSub> StartNodeAsync(string name, int port);

    protected abstract Task StopNodesAsync();

    async Task<Tracker> StartAsync(string name, int port)
    {
        var tracker = new Tracker(await StartNodeAsync(name, port), "tracker", new RecordingHandler(), s_options);
        _trackers.Add(tracker);
        await tracker.StartAsync();
        return tracker;
    }

    static Task TrackAsync(Tracker tracker, string key) => tracker.TrackAsync("t", key, 1, default).InTimeAsync();

    /// <summary>In the end.</summary>
    static void Expect(Tracker tracker, params string[] keys) =>
        Assert.That(async () => (await tracker.ListAsync("t")).Select(entry => entry.Key).Order(StringComparer.Ordinal), Is.EqualTo(keys).After(30_000, 20));
}
