using PhoenixChannels.AdapterTests.Servers;
using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>The contract, over each server that there is, and over a connection of the adapter's own and one of the application's.</summary>
[TestFixtureSource(nameof(Networks))]
public sealed class RedisPubSubAdapterTests(RedisKind kind, bool isShared) : PubSubAdapterContract
{
    RedisNodes _network = null!; // set by CreateNetwork, before any test
    string _configuration = null!; // likewise
    IConnectionMultiplexer? _connection;

    public static IEnumerable<TestFixtureData> Networks()
    {
        foreach (var kind in RedisServer.Kinds)
        {
            yield return new(kind, false);
            yield return new(kind, true);
            if (kind == RedisKind.RedisServer) yield return new(RedisKind.RedisCluster, false);
        }
    }

    [SetUp]
    public async Task CreateNetwork()
    {
        _configuration = await SharedServers.RedisConfigurationAsync(kind);
        _connection = isShared ? await RedisNodes.ConnectAsync(_configuration) : null;
        _network = new();
    }

    /// <summary>After the contract's own, which stops the nodes: NUnit tears down from the derived class to the base.</summary>
    [TearDown]
    public async Task DisposeNetwork()
    {
        await StopAll();
        await _network.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
    }

    [Test]
    public async Task Namespaces_know_nothing_of_each_other()
    {
        var node = (await StartAsync("a"))[0];
        var first = _network;
        _network = new();
        var other = (await StartAsync("a"))[0];
        var inbox = new Inbox(other.PubSub);
        await node.PubSub.BroadcastAsync("t", "elsewhere", Payload.Empty);
        await EndAsync(other);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty);
        await first.DisposeAsync();
    }

    [Test]
    public async Task Five_megabytes_arrive()
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        var data = new byte[5 * 1024 * 1024];
        new Random(5).NextBytes(data);
        await nodes[0].PubSub.BroadcastAsync("t", "big", data);
        Assert.That((await inbox.NextAsync()).Payload.Bytes.Span.SequenceEqual(data), Is.True);
    }

    protected override IPubSubAdapter CreateAdapter(string nodeName) =>
        _connection is null ? _network.CreateAdapter(nodeName, _configuration) : _network.CreateAdapter(nodeName, _connection);
}
