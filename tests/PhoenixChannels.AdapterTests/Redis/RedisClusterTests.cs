using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>What is different where several Redis servers share the work. The contract runs over a cluster, too.</summary>
[TestFixtureSource(nameof(Kinds))]
public sealed class RedisClusterTests
{
    readonly List<RedisNodes> _nodes = [];
    RedisCluster _cluster = null!; // set by StartAsync, before each test

    public RedisClusterTests(RedisKind kind) => Assert.That(kind, Is.EqualTo(RedisKind.RedisServer));

    /// <summary>What a cluster is made of, where it is installed.</summary>
    public static IEnumerable<RedisKind> Kinds => RedisServer.Kinds.Where(kind => kind == RedisKind.RedisServer);

    [SetUp]
    public async Task StartAsync() => _cluster = await RedisCluster.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var nodes in _nodes) await nodes.DisposeAsync();
        _nodes.Clear();
        await _cluster.DisposeAsync();
    }

    [TestCase(null)]
    [TestCase("b")]
    public async Task What_a_node_publishes_goes_by_one_server_which_keeps_its_order(string? to)
    {
        var a = await Nodes().StartAsync("a", _cluster.Configuration);
        await _nodes[0].StartAsync("b", _cluster.Configuration);
        var before = await _cluster.CountPublishedAsync();
        for (var n = 0; n < 100; n++) await (to is null ? a.PubSub.BroadcastAsync("t", "e", Payload.Empty) : a.PubSub.DirectBroadcastAsync(to, "t", "e", Payload.Empty));
        var published = (await _cluster.CountPublishedAsync()).Zip(before, (now, then) => now - then).Order();
        Assert.That(published, Is.EqualTo(new[] { 0, 0, 100 }).Within(20), "beacons have gone out, too");
    }

    [TestCase("all")]
    [TestCase("direct:a")]
    public async Task A_server_whose_messages_would_be_missed_is_missed_itself_and_found_again(string channel)
    {
        var nodes = Nodes();
        while (await _cluster.ServerOfAsync($"{nodes.Namespace}:all") == await _cluster.ServerOfAsync($"{nodes.Namespace}:direct:a")) nodes = Nodes();
        var node = await nodes.StartAsync("a", _cluster.Configuration);
        var server = await _cluster.ServerOfAsync($"{nodes.Namespace}:{channel}");
        await server.KillAsync();
        await Eventually.IsTrueAsync(() => !node.PubSub.Status.IsConnected, "the loss");
        await server.StartAgainAsync();
        await Eventually.IsTrueAsync(() => node.PubSub.Status.IsConnected, "the connection");
        using var inbox = new Inbox(node.PubSub);
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await node.PubSub.BroadcastAsync("t", "e", Payload.Empty);
                    return true;
                }
                catch (PubSubUnavailableException)
                {
                    return false;
                }
            },
            () => "a broadcast");
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("e"));
    }

    RedisNodes Nodes()
    {
        _nodes.Add(new());
        return _nodes[^1];
    }
}
