using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>One node of a name in a namespace.</summary>
[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisNamesTests(RedisKind kind)
{
    const string Conflicts = "phoenixchannels.redis.name_conflicts";

    RedisServer _server = null!; // set by Connect, before any test
    RedisNodes _nodes = null!; // set by CreateNodes, before each test

    [OneTimeSetUp]
    public async Task Connect() => _server = await SharedServers.RedisAsync(kind);

    [SetUp]
    public void CreateNodes() => _nodes = new()
    {
        Options = options =>
        {
            options.NameLease = TimeSpan.FromSeconds(3);
            options.PublishTimeout = TimeSpan.FromSeconds(2);
        },
    };

    [TearDown]
    public async Task Stop() => await _nodes.DisposeAsync();

    [Test]
    public async Task The_name_of_a_node_that_stops_is_free_at_once()
    {
        for (var life = 0; life < 3; life++)
        {
            var start = TimeProvider.System.GetTimestamp();
            var node = await _nodes.StartAsync("a", _server.ConnectionString);
            Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(3)), "no lease was waited for");
            await node.StopAsync();
        }
    }

    [Test]
    public async Task The_successor_of_a_node_that_was_killed_waits_for_its_lease_and_both_know_when_it_was_not_dead()
    {
        await using var proxy = new TcpProxy(_server.Port);
        var first = await _nodes.StartAsync("a", $"127.0.0.1:{proxy.Port}");
        await proxy.CutAsync(); // as if it were gone: nobody renews its lease
        var successor = await _nodes.StartAsync("a", _server.ConnectionString);
        Assert.That(successor.PubSub.Status.IsConnected, Is.True);
        Assert.That(first.Metrics.Sum(Conflicts, null), Is.Zero);

        proxy.Heal();
        await first.Metrics.ReachesAsync("phoenixchannels.redis.reconnects", 1, null);
        Assert.That(first.Metrics.Sum(Conflicts, null), Is.Positive);
        Assert.That(first.Log.OfChannels, Has.Some.Contains("Another node is named 'a', too"));
        Assert.That(first.PubSub.Status.IsConnected, Is.True, "messages matter more than the name");

        await successor.StopAsync();
        Assert.That(() => first.Log.OfChannels, Has.Some.Contains("alone is named 'a' again").After(30_000, 20));
        await Assert.ThatAsync(() => _nodes.StartAsync("a", _server.ConnectionString), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("'a'"));
    }

    [Test]
    public async Task A_default_name_is_like_no_other()
    {
        await using var nodes = new RedisNodes { Options = options => options.NodeName = new RedisPubSubOptions().NodeName };
        var (first, second) = (await nodes.StartAsync("x", _server.ConnectionString), await nodes.StartAsync("x", _server.ConnectionString));
        Assert.That(first.PubSub.NodeName, Does.StartWith($"{Environment.MachineName}-{Environment.ProcessId}-"));
        Assert.That(second.PubSub.NodeName, Is.Not.EqualTo(first.PubSub.NodeName));
    }
}
