using PhoenixChannels.AdapterTests.Servers;
using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>What comes on the adapter's channels.</summary>
[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisMessagesTests(RedisKind kind)
{
    RedisServer _server = null!; // set by Connect, before any test
    RedisNodes _nodes = null!; // likewise

    [SetUp]
    public async Task Connect()
    {
        _server = await SharedServers.RedisAsync(kind);
        _nodes = new();
    }

    [TearDown]
    public async Task DisposeNodes() => await _nodes.DisposeAsync();

    [Test]
    public async Task What_is_not_of_a_node_is_counted_and_what_follows_arrives()
    {
        var (a, b) = (await _nodes.StartAsync("a", _server.ConnectionString), await _nodes.StartAsync("b", _server.ConnectionString));
        using var inbox = new Inbox(b.PubSub);
        await using var stranger = await RedisNodes.ConnectAsync(_server.ConnectionString);
        var damaged = 0;
        foreach (var channel in new[] { "all", "direct:b" })
        {
            foreach (var message in new byte[][] { [1], [0, 0, 0, 9, 1], [127, 255, 255, 255, 1, 2], "{\"hello\":\"world\"}".Utf8() })
            {
                Assert.That(await stranger.GetSubscriber().PublishAsync(RedisChannel.Literal($"{_nodes.Namespace}:{channel}"), message), Is.Positive);
                damaged++;
            }
        }

        await b.Metrics.ReachesAsync("phoenixchannels.redis.damaged", damaged, null);
        await a.PubSub.BroadcastAsync("t", "e", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("e"));
        Assert.That(b.PubSub.Status.Gaps, Is.Empty);
    }

    [Test]
    public async Task A_thousand_broadcasts_at_once_cost_few_commands_and_keep_their_order()
    {
        var (a, b) = (await _nodes.StartAsync("a", _server.ConnectionString), await _nodes.StartAsync("b", _server.ConnectionString));
        using var inbox = new Inbox(b.PubSub);
        await using var stranger = await RedisNodes.ConnectAsync(_server.ConnectionString);
        var messages = 0;
        await stranger.GetSubscriber().SubscribeAsync(RedisChannel.Literal($"{_nodes.Namespace}:all"), (_, _) => Interlocked.Increment(ref messages));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => a.PubSub.BroadcastAsync("t", $"{number}", Payload.Empty).AsTask())).InTimeAsync();
        await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(Enumerable.Range(0, 1000).Select(number => $"{number}")));
        Assert.That(messages, Is.LessThan(100));
    }
}
