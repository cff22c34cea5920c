using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>What happens to nodes when their server or the way to it fails.</summary>
[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisFaultTests(RedisKind kind)
{
    const string Reconnects = "phoenixchannels.redis.reconnects", Gaps = "phoenixchannels.pubsub.gaps", Missed = "phoenixchannels.pubsub.missed";

    RedisServer _server = null!; // set by Start, before any test
    RedisNodes _nodes = null!; // set by CreateNodes, before each test

    [OneTimeSetUp]
    public async Task Start() => _server = await RedisServer.StartAsync(kind);

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [SetUp]
    public void CreateNodes() => _nodes = new()
    {
        Options = options => options.PublishTimeout = TimeSpan.FromSeconds(2),
        PubSubOptions = options => options.BeaconPeriod = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>Whatever the test has done to the server.</summary>
    [TearDown]
    public async Task StartAgain()
    {
        _server.Resume();
        await _nodes.DisposeAsync();
        await _server.StartAgainAsync();
    }

    [Test]
    public async Task Whatever_a_killed_server_has_lost_is_counted_by_the_sender_or_the_receiver()
    {
        const int Senders = 20;
        var (a, b) = (await StartAsync("a"), await StartAsync("b"));
        var inbox = new Inbox(b.PubSub);
        int published = 0, acknowledged = 0, refused = 0, unknown = 0;
        var enough = new TaskCompletionSource();
        using var over = new CancellationTokenSource();
        var sending = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                Interlocked.Increment(ref published);
                try
                {
                    await a.PubSub.BroadcastAsync("t", "e", new byte[1000]);
                    if (Interlocked.Increment(ref acknowledged) == 2000) enough.SetResult();
                }
                catch (PubSubUnavailableException e)
                {
                    Interlocked.Increment(ref e.IsOutcomeUnknown ? ref unknown : ref refused);

                    // Refusals come at once while the server is away: without a pause there would be millions of them.
                    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                }
            }
        })).ToArray();
        await enough.Task.InTimeAsync();
        await _server.KillAsync();
        await _server.StartAgainAsync();
        foreach (var node in new[] { a, b }) await node.Metrics.ReachesAsync(Reconnects, 1, null);

        await over.CancelAsync();
        await Task.WhenAll(sending).InTimeAsync();
        await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        var delivered = (await inbox.UpToEndAsync()).Count;
        TestContext.Out.WriteLine($"{published} published: {acknowledged} acknowledged, {refused} refused, {unknown} unknown; {delivered} delivered, {b.Sum("missed")} missed");
        Assert.That(acknowledged + refused + unknown, Is.EqualTo(published));
        Assert.That(delivered + b.Sum("missed"), Is.EqualTo(acknowledged + unknown));
        Assert.That(refused, Is.Positive, "while there was no server");
        Assert.That(a.PubSub.Status.PublishErrors, Is.EqualTo(refused + unknown));
    }

    [Test]
    public async Task A_server_that_was_started_again_is_found_again()
    {
        var nodes = new[] { await StartAsync("a"), await StartAsync("b") };
        await _server.StopAsync();
        foreach (var node in nodes)
        {
            await node.Metrics.ReachesAsync(Gaps, 1, null);
            Assert.That(node.PubSub.Status.IsConnected, Is.False);
            Assert.That(node.PubSub.Status.Problem, Does.Contain("Redis"));
            await Assert.ThatAsync(() => Send(node, "e"), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").False);
        }

        await _server.StartAgainAsync();
        foreach (var node in nodes)
        {
            await node.Metrics.ReachesAsync(Reconnects, 1, null);
            Assert.That(node.PubSub.Status.IsConnected, Is.True);
            Assert.That(node.PubSub.Status.Gaps.Single(), Has.Property("Node").Null.And.Property("To").Not.Null);
        }

        await AssertConnectedAsync(nodes[0], nodes[1]);
        await AssertConnectedAsync(nodes[1], nodes[0]);
    }

    [Test]
    public async Task A_server_that_falls_silent_takes_nothing_for_sure_and_is_found_again()
    {
        var nodes = new[] { await StartAsync("a"), await StartAsync("b") };
        _server.Pause();
        var start = TimeProvider.System.GetTimestamp();
        await Assert.ThatAsync(() => Send(nodes[0], "lost"), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").True);
        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(10)), "by PublishTimeout");
        foreach (var node in nodes) await node.Metrics.ReachesAsync(Gaps, 1, null);

        _server.Resume();
        await AssertConnectsAsync(nodes[0], nodes[1]);
        await AssertConnectsAsync(nodes[1], nodes[0]);
    }

    [Test]
    public async Task A_cut_of_one_nodes_connection_is_a_gap_on_that_node_alone_and_its_size_is_known()
    {
        await using var proxy = new TcpProxy(_server.Port);
        var (a, b) = (await StartAsync("a"), await StartAsync("b", proxy));
        await AssertConnectedAsync(a, b);
        await proxy.CutAsync();
        await b.Metrics.ReachesAsync(Gaps, 1, null);
        for (var i = 0; i < 7; i++) await Send(a, "missed");

        proxy.Heal();
        await b.Metrics.ReachesAsync(Missed, 7, null);
        await AssertConnectedAsync(a, b);
        Assert.That(b.PubSub.Status.Gaps.Select(gap => (gap.Node, gap.Missed, gap.To is null)), Is.EqualTo(new[] { ((string?)null, 0L, false), ("a", 7L, false) }));
        Assert.That((b.Sum("missed"), a.Sum("missed"), a.PubSub.Status.Gaps.Count, a.PubSub.Status.IsConnected), Is.EqualTo((7, 0, 0, true)));
    }

    [Test]
    public async Task A_connection_on_which_nothing_moves_is_given_up()
    {
        await using var proxy = new TcpProxy(_server.Port);
        var (a, b) = (await StartAsync("a"), await StartAsync("b", proxy));
        await AssertConnectedAsync(a, b);
        proxy.Stall();
        Assert.That(() => b.PubSub.Status.Problem, Does.EndWith("does not answer.").After(30_000, 20));
        await Send(a, "missed");
        proxy.Flow();
        await b.Metrics.ReachesAsync(Missed, 1, null);
        await AssertConnectedAsync(a, b);
        await AssertConnectedAsync(b, a);
    }

    [Test]
    public async Task A_node_starts_without_a_server_and_connects_when_there_is_one()
    {
        await _server.StopAsync();
        var a = await StartAsync("a");
        Assert.That(a.PubSub.Status.IsConnected, Is.False);
        Assert.That(a.PubSub.Status.Problem, Is.EqualTo($"Redis at {_server.ConnectionString} cannot be reached, or is none (UnableToConnect)."));
        await Assert.ThatAsync(() => Send(a, "e"), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").False);
        await _server.StartAgainAsync();
        await a.Metrics.ReachesAsync(Reconnects, 1, null);
        Assert.That(a.PubSub.Status.IsConnected, Is.True);
        await AssertConnectedAsync(a, await StartAsync("b"));
    }

    [Test]
    public async Task A_node_starts_although_its_server_does_not_answer_and_connects_when_it_does()
    {
        _server.Pause();
        var a = await StartAsync("a");
        Assert.That(a.PubSub.Status.IsConnected, Is.False);
        _server.Resume();
        await a.Metrics.ReachesAsync(Reconnects, 1, null);
        Assert.That(a.PubSub.Status.IsConnected, Is.True);
    }

    [Test]
    public async Task An_application_that_ends_all_subscriptions_of_its_connection_makes_a_gap_and_no_deaf_node()
    {
        await using var connection = await RedisNodes.ConnectAsync(_server.ConnectionString);
        var (a, b) = (await StartAsync("a"), _nodes.Create("b", connection));
        await b.StartAsync();
        await connection.GetSubscriber().UnsubscribeAllAsync();
        await b.Metrics.ReachesAsync(Reconnects, 1, null);
        await AssertConnectedAsync(a, b);
    }

    [Test]
    public async Task A_connection_of_the_applications_is_used_again_when_it_has_found_its_server_again()
    {
        await using var proxy = new TcpProxy(_server.Port);
        await using var connection = await RedisNodes.ConnectAsync($"127.0.0.1:{proxy.Port}");
        var (a, b) = (await StartAsync("a"), _nodes.Create("b", connection));
        await b.StartAsync();
        await AssertConnectedAsync(a, b);
        await proxy.CutAsync();
        await b.Metrics.ReachesAsync(Gaps, 1, null);
        await Assert.ThatAsync(() => Send(b, "e"), Throws.TypeOf<PubSubUnavailableException>());
        await Send(a, "missed");
        proxy.Heal();
        await b.Metrics.ReachesAsync(Missed, 1, null);
        await AssertConnectedAsync(a, b);
        await AssertConnectedAsync(b, a);
        await b.StopAsync();
        Assert.That((await connection.GetDatabase().PingAsync()).Ticks, Is.Positive, "it is the application's");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Connected_is_said_when_what_is_published_arrives_and_not_before(bool isShared)
    {
        await using var proxy = new TcpProxy(_server.Port);
        await using var publisher = await RedisNodes.ConnectAsync(_server.ConnectionString);
        await using var connection = isShared ? await RedisNodes.ConnectAsync($"127.0.0.1:{proxy.Port}") : null;
        var adapter = connection is null ? _nodes.CreateAdapter("a", $"127.0.0.1:{proxy.Port}") : _nodes.CreateAdapter("a", connection);
        var receiver = new AskingReceiver(publisher, _nodes.Namespace);
        await adapter.StartAsync(receiver, default).InTimeAsync();
        for (var round = 1; round <= 4; round++)
        {
            await receiver.Received.ReachesAsync(2 * round);
            await proxy.CutAsync();
            await receiver.Lost.WaitAsync().InTimeAsync();
            proxy.Heal();
        }

        await receiver.Received.ReachesAsync(10);
        await adapter.StopAsync(default).InTimeAsync();
    }

    Task<PubSubNode> StartAsync(string name, TcpProxy? way = null) => _nodes.StartAsync(name, way is null ? _server.ConnectionString : $"127.0.0.1:{way.Port}");

    static Task Send(PubSubNode node, string @event) => node.PubSub.BroadcastAsync("t", @event, Payload.Empty).AsTask();

    static async Task AssertConnectedAsync(PubSubNode from, PubSubNode to)
    {
        using var inbox = new Inbox(to.PubSub, "check");
        await from.PubSub.BroadcastAsync("check", "e", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("e"));
    }

    /// <summary>In the end, with as many attempts as it takes.</summary>
    static async Task AssertConnectsAsync(PubSubNode from, PubSubNode to)
    {
        using var inbox = new Inbox(to.PubSub, "check");
        var arrived = inbox.NextAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await from.PubSub.BroadcastAsync("check", "e", Payload.Empty);
            }
            catch (PubSubUnavailableException)
            {
                // Not yet.
            }

            return arrived.IsCompleted;
        }, () => "a broadcast crosses");
        Assert.That((await arrived).Event, Is.EqualTo("e"));
    }
}
