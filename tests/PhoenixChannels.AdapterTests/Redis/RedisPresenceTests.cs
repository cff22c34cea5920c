using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.Tests.Broadcasting.Tracking;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>What trackers know of each other over Redis, in real time.</summary>
public sealed class RedisPresenceTests
{
    private static readonly TrackerOptions s_options = new()
    {
        BroadcastPeriod = TimeSpan.FromMilliseconds(100),
        MaxSilentPeriods = 5,
        DownPeriod = TimeSpan.FromSeconds(2),
        PermdownPeriod = TimeSpan.FromMinutes(5),
    };

    private readonly List<Tracker> _trackers = [];
    private RedisServer _server = null!; // set by Connect, before any test
    private RedisNodes _nodes = null!;

    [SetUp]
    public async Task Connect()
    {
        _server = await SharedServers.RedisAsync(RedisKind.Garnet);
        _nodes = new() { Options = options => options.NameLease = TimeSpan.FromSeconds(3) };
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (var tracker in _trackers)
        {
            await tracker.StopAsync();
        }

        _trackers.Clear();
        await _nodes.DisposeAsync();
    }

    [Test]
    public async Task What_a_killed_node_had_goes_and_its_successor_comes_with_what_it_has()
    {
        var a = await StartAsync("a", _server.Port);
        await using var way = new TcpProxy(_server.Port);
        var b = await StartAsync("b", way.Port);
        await TrackAsync(a, "ann");
        await TrackAsync(b, "bob");
        Expect(a, "ann", "bob");
        Expect(b, "ann", "bob");
        await way.CutAsync(); // as if b were killed
        Expect(a, "ann");
        var successor = await StartAsync("b", _server.Port);
        await TrackAsync(successor, "ben");
        Expect(a, "ann", "ben");
        Expect(successor, "ann", "ben");
    }

    [Test]
    public async Task After_a_partition_has_healed_all_nodes_have_the_same_again()
    {
        await using var way = new TcpProxy(_server.Port);
        var (a, b) = (await StartAsync("a", _server.Port), await StartAsync("b", way.Port));
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

    private async Task<Tracker> StartAsync(string name, int port)
    {
        var node = await _nodes.StartAsync(name, $"127.0.0.1:{port}");
        var tracker = new Tracker(node.PubSub, "tracker", new RecordingHandler(), s_options);
        _trackers.Add(tracker);
        await tracker.StartAsync();
        return tracker;
    }

    private static Task TrackAsync(Tracker tracker, string key) => tracker.TrackAsync("t", key, 1, default).InTimeAsync();

    /// <summary>In the end.</summary>
    private static void Expect(Tracker tracker, params string[] keys) =>
        Assert.That(async () => (await tracker.ListAsync("t")).Select(entry => entry.Key).Order(StringComparer.Ordinal), Is.EqualTo(keys).After(30_000, 20));
}
