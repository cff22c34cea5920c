using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Postgres;

public sealed class PostgresFaultTests
{
    PostgresServer _server = null!;
    string _database = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await PostgresServer.StartAsync();

    [OneTimeTearDown]
    public ValueTask Stop() => _server.DisposeAsync();

    [SetUp]
    public async Task CreateDatabase() => _database = await _server.CreateDatabaseAsync();

    /// <summary>Whatever the test has done to the server.</summary>
    [TearDown]
    public Task StartAgain() => _server.StartAgainAsync();

    [Test]
    public async Task When_the_database_is_killed_amid_broadcasts_all_numbers_add_up()
    {
        const int Sent = 10_000, Senders = 8, KillAfter = 3_000;
        await using var a = await PostgresNode.StartAsync("a", _database);
        await using var b = await PostgresNode.StartAsync("b", _database);
        Inbox atA = new(a.PubSub), atB = new(b.PubSub);
        int next = 0, taken = 0, refused = 0, unknown = 0;
        var half = new TaskCompletionSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= Sent)
            {
                try
                {
                    await a.PubSub.BroadcastAsync("t", $"{number}", new { number });
                    if (Interlocked.Increment(ref taken) == KillAfter) half.SetResult();
                }
                catch (PubSubUnavailableException e)
                {
                    Interlocked.Increment(ref e.IsOutcomeUnknown ? ref unknown : ref refused);

                    // The rest is not to fail all while the database is away.
                    await a.IsConnectedAsync();
                }
            }
        })).ToArray();
        await half.Task;
        await _server.KillAsync();
        await a.IsConnectedAsync(false);
        await _server.StartAgainAsync();
        await Task.WhenAll(senders);
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);

        var (deliveredAtA, deliveredAtB) = ((await atA.UpToEndAsync()).Count, (await atB.UpToEndAsync()).Count);
        var missed = b.Node.Sum("missed");
        await TestContext.Out.WriteLineAsync($"sent {Sent}: taken {taken}, refused {refused}, unknown {unknown}; at b delivered {deliveredAtB}, missed {missed}");
        Assert.That(taken + refused + unknown, Is.EqualTo(Sent));
        Assert.That(deliveredAtA, Is.EqualTo(taken), "this node has exactly what it was told was taken");
        Assert.That(deliveredAtB + missed, Is.EqualTo(taken + unknown), "what was given to the database came, or is known to be missing");
        Assert.That(a.PubSub.Status.PublishErrors, Is.EqualTo(refused + unknown));
        Assert.That(b.PubSub.Status.Gaps, Has.Some.Matches<PubSubGap>(gap => gap is { Node: null, To: not null }));
    }

    [Test]
    public async Task A_node_that_was_cut_off_knows_exactly_what_it_has_missed()
    {
        await using var proxy = new TcpProxy(_server.Port);
        await using var a = await PostgresNode.StartAsync("a", _database);
        await using var b = await PostgresNode.StartAsync("b", Sql.AtPort(_database, proxy.Port));
        var heard = System.Threading.Channels.Channel.CreateUnbounded<PubSubGap>();
        b.PubSub.GapFound += gap => heard.Writer.TryWrite(gap);
        Inbox inbox = new(b.PubSub);
        await a.PubSub.BroadcastAsync("t", "before", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("before"));

        await proxy.CutAsync();
        await b.IsConnectedAsync(false);
        for (var i = 0; i < 5; i++) await a.PubSub.BroadcastAsync("t", "lost", Payload.Empty);
        Assert.That(async () => await b.PubSub.BroadcastAsync("t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").False);
        Assert.That(b.PubSub.Status.Gaps, Has.Count.EqualTo(1).And.All.Property("To").Null);
        Assert.That((a.PubSub.Status.IsConnected, a.PubSub.Status.Gaps.Count), Is.EqualTo((true, 0)));

        proxy.Heal();
        await b.HasMissedAsync(5);
        Assert.That((await heard.Reader.ReadAsync().AsTask().InTimeAsync()).Node, Is.Null);
        Assert.That(await heard.Reader.ReadAsync().AsTask().InTimeAsync(), Has.Property("Node").EqualTo("a").And.Property("Missed").EqualTo(5));
        await a.PubSub.BroadcastAsync("t", "after", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("after"));
    }

    [Test]
    public async Task A_node_whose_sessions_an_administrator_ends_comes_back()
    {
        await using var a = await PostgresNode.StartAsync("a", _database);
        await using var b = await PostgresNode.StartAsync("b", _database);
        Assert.That(await _server.TerminateAsync("b"), Is.Positive);
        await Eventually.IsTrueAsync(() => b.PubSub.Status.Gaps is [{ To: not null }, ..], "b has been away and is back");
        Inbox inbox = new(b.PubSub);
        await a.PubSub.BroadcastAsync("t", "after", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("after"));
        await b.PubSub.BroadcastAsync("t", "from b", Payload.Empty);
    }

    [Test]
    public async Task While_the_database_is_away_a_node_says_so_or_by_option_goes_on_alone()
    {
        await using var a = await PostgresNode.StartAsync("a", _database);
        await using var b = await PostgresNode.StartAsync("b", _database, configurePubSub: o => o.WhenUnavailable = UnavailableBehavior.DeliverLocally);
        Inbox atA = new(a.PubSub), atB = new(b.PubSub);
        await _server.StopAsync();
        await a.IsConnectedAsync(false);
        await b.IsConnectedAsync(false);
        Assert.That(a.PubSub.Status.Problem, Is.Not.Empty);
        Assert.That(async () => await a.PubSub.BroadcastAsync("t", "1", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        await b.PubSub.BroadcastAsync("t", "2", Payload.Empty);
        Assert.That((await atB.NextAsync()).Event, Is.EqualTo("2"));
        await _server.StartAgainAsync();
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        await b.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await atA.UpToEndAsync(), Is.Empty);
        Assert.That((a.Node.Sum("missed"), b.Node.Sum("missed")), Is.EqualTo((0, 0)), "nothing that was refused is missing");
    }

    [Test]
    public async Task A_database_that_falls_silent_leaves_the_outcome_unknown_and_is_found_again()
    {
        // The first to start is asked by the second how far it has got; the second has nothing to say by itself.
        await using var b = await PostgresNode.StartAsync("b", _database, o => o.PublishTimeout = TimeSpan.FromSeconds(1));
        await using var a = await PostgresNode.StartAsync("a", _database, o => o.PublishTimeout = TimeSpan.FromSeconds(1), o => o.BeaconPeriod = TimeSpan.FromMinutes(1));
        Inbox inbox = new(b.PubSub);
        await a.PubSub.BroadcastAsync("t", "before", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("before"));
        _server.Pause();
        Assert.That(async () => await a.PubSub.BroadcastAsync("t", "lost", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").True);
        await a.IsConnectedAsync(false);
        await b.IsConnectedAsync(false);
        _server.Resume();
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        var delivered = (await inbox.UpToEndAsync()).Count;
        Assert.That(delivered + b.Node.Sum("missed"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_node_stops_though_the_database_has_fallen_silent()
    {
        await using var a = await PostgresNode.StartAsync("a", _database, o => o.PublishTimeout = TimeSpan.FromSeconds(1));
        _server.Pause();
        try
        {
            await a.Node.StopAsync();
            Assert.That(a.PubSub.Status.IsConnected, Is.False);
        }
        finally
        {
            _server.Resume();
        }
    }

    [Test]
    public async Task A_node_starts_while_the_database_is_away_and_links_up_by_itself()
    {
        await _server.StopAsync();
        await using var a = await PostgresNode.StartAsync("a", _database);
        Assert.That(a.PubSub.Status.IsConnected, Is.False);
        Assert.That(async () => await a.PubSub.BroadcastAsync("t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        await _server.StartAgainAsync();
        await a.IsConnectedAsync();
        await using var b = await PostgresNode.StartAsync("b", _database);
        Inbox inbox = new(b.PubSub);
        await a.PubSub.BroadcastAsync("t", "first", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("first"));
    }

    [Test]
    public async Task A_node_that_was_away_while_transactions_were_committed_gets_them_afterwards()
    {
        await using var proxy = new TcpProxy(_server.Port);
        await using var a = await PostgresNode.StartAsync("a", _database);
        await using var b = await PostgresNode.StartAsync("b", Sql.AtPort(_database, proxy.Port));
        Inbox inbox = new(b.PubSub);
        await proxy.CutAsync();
        await b.IsConnectedAsync(false);
        for (var i = 1; i <= 3; i++)
        {
            await using var connection = await Sql.OpenAsync(_database);
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.BroadcastAsync(a.PubSub, "t", $"{i}", Payload.Empty);
            await transaction.CommitAsync();
        }

        proxy.Heal();
        foreach (var name in new[] { "1", "2", "3" }) Assert.That((await inbox.NextAsync()).Event, Is.EqualTo(name));
    }

    [Test]
    public async Task When_the_queue_of_notifications_is_full_publishers_hear_of_it_and_nothing_is_lost()
    {
        await using var small = await PostgresServer.StartAsync("max_notify_queue_pages=64");
        await using var a = await PostgresNode.StartAsync("a", small.ConnectionString);
        await using var b = await PostgresNode.StartAsync("b", small.ConnectionString);
        Inbox inbox = new(b.PubSub);
        await using var stuck = await Sql.OpenAsync(small.ConnectionString);
        await stuck.ExecuteAsync("LISTEN anything");
        await using var transaction = await stuck.BeginTransactionAsync();
        await stuck.ExecuteAsync("SELECT 1");
        var taken = 0;
        PubSubUnavailableException? refusal = null;
        while (refusal is null && taken < 10_000)
        {
            try
            {
                await a.PubSub.BroadcastAsync("t", "e", new byte[5_000]);
                taken++;
            }
            catch (PubSubUnavailableException e)
            {
                refusal = e;
            }
        }

        Assert.That(refusal, Is.Not.Null.And.Property("IsOutcomeUnknown").False.And.Message.Contains("queue"));
        await transaction.RollbackAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
                return true;
            }
            catch (PubSubUnavailableException)
            {
                return false;
            }
        }, () => "the queue is empty again");
        Assert.That(await inbox.UpToEndAsync(), Has.Count.EqualTo(taken));
        Assert.That(b.Node.Sum("missed"), Is.Zero);
    }

    [Test]
    public async Task Large_messages_arrive_and_their_rows_go()
    {
        await using var a = await PostgresNode.StartAsync("a", _database, o => o.Retention = TimeSpan.FromSeconds(1));
        await using var b = await PostgresNode.StartAsync("b", _database);
        Inbox inbox = new(b.PubSub);
        var data = new byte[5_000_000];
        new Random(1).NextBytes(data);
        await a.PubSub.BroadcastAsync("t", "large", data);
        Assert.That((await inbox.NextAsync()).Payload.Bytes.Span.SequenceEqual(data), Is.True);
        await Eventually.IsTrueAsync(async () => (long)(await Sql.ExecuteAsync(_database, "SELECT count(*) FROM phoenix_channels.large_messages"))! == 0, () => "the row of the large message is gone");
    }
}
