using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>What nodes do, and what they know of it, when what connects them fails.</summary>
[TestFixture(Engines.Postgres)]
[TestFixture(Engines.Redis)]
[Parallelizable(ParallelScope.Self)]
[Platform(Exclude = "Win", Reason = "Windows has no signals.")]
internal sealed class NodeFaultTests(string adapter)
{
    /// <summary>After three of their periods without a beacon, delivery is known not to work.</summary>
    static readonly TimeSpan s_threeBeaconPeriods = TimeSpan.FromSeconds(6);

    readonly List<IAsyncDisposable> _disposables = [];
    IEngineServer _engine = null!; // set by StartEngine, before any test
    string _topic = null!; // set by NameTopic, before each test

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [OneTimeSetUp]
    public async Task StartEngine() => _engine = await Engines.StartAsync(adapter);

    [OneTimeTearDown]
    public ValueTask StopEngine() => _engine.DisposeAsync();

    [SetUp]
    public void NameTopic() => _topic = $"room:{TestContext.CurrentContext.Test.ID}";

    /// <summary>Whatever the test has done to the engine.</summary>
    [TearDown]
    public async Task StartAgain()
    {
        _engine.Resume();
        foreach (var one in Enumerable.Reverse(_disposables)) await one.DisposeAsync();

        _disposables.Clear();
        await _engine.StartAgainAsync();
    }

    [Test]
    public async Task While_the_engine_is_away_nothing_is_taken_and_afterwards_the_nodes_find_each_other_again()
    {
        var (a, b, room) = await StartAsync();
        var before = Now;
        await _engine.KillAsync();
        var after = Now;
        Assert.That(await room.A.AskAsync("shout_and_reply", "{}"), Is.EqualTo(Answer.Unavailable));
        Assert.That(await b.BroadcastAsync(_topic, "news", "{}"), Is.EqualTo((503, """{"reason":"unavailable"}""")));
        var open = new Dictionary<Node, NodeGap>();
        foreach (var node in new[] { a, b })
        {
            await node.IsConnectedAsync(false);
            var status = await node.StatusAsync();
            Assert.That(status.PublishErrors, Is.Positive);
            open[node] = status.Gaps.Single(gap => gap.To is null);
            Assert.That(open[node].From, Is.InRange(before - s_threeBeaconPeriods, after));
        }

        var again = Now;
        await _engine.StartAgainAsync();
        foreach (var node in new[] { a, b })
        {
            await node.IsConnectedAsync();
            var ends = (await node.StatusAsync()).Gaps.Where(gap => gap.From == open[node].From).Select(gap => gap.To!.Value);
            Assert.That(ends, Has.Some.GreaterThanOrEqualTo(again));
        }

        await room.AssertConnectedAsync();
        await a.BroadcastAsync(_topic, "news", "{}");
        await room.AssertBothHearAsync(new("news", "{}"));
    }

    [Test]
    public async Task What_a_node_has_not_heard_of_another_lies_within_its_gaps()
    {
        var (a, b, room) = await StartAsync();
        var shouter = new Shouter(room.A, "a");
        await shouter.IsUnderWay;
        await _engine.KillAsync();
        await b.IsConnectedAsync(false);
        await _engine.StartAgainAsync();
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        await shouter.StopAsync();
        await a.BroadcastAsync(_topic, "end", "{}");
        var heard = shouter.In(await room.B.HearUntilAsync(heard => heard.Event == "end"));
        Assert.That(heard, Is.Ordered.And.Unique);

        await b.IsConnectedAsync();
        var (gaps, gapsOfSender) = ((await b.StatusAsync()).Gaps, (await a.StatusAsync()).Gaps);
        var missed = shouter.Shouts.ExceptBy(heard, shout => shout.Number).ToList();
        Assert.That(missed, Is.Not.Empty);

        // What the sender could not hand over, while it was still away itself, there is nothing of to miss.
        Assert.That(missed.Where(shout => !gaps.Any(gap => gap.Overlaps(shout.From, shout.To)) && !(shout.Answer == Answer.Unavailable && gapsOfSender.Any(gap => gap.Overlaps(shout.From, shout.To)))), Is.Empty, string.Join(", ", gaps));
    }

    [Test]
    public async Task An_engine_that_pauses_is_answered_for_and_all_is_well_when_it_goes_on()
    {
        var (a, b, room) = await StartAsync();
        _engine.Pause();
        var asked = room.A.AskAsync("shout_and_reply", """{"during":"pause"}""");

        // What is tested is an engine that pauses for five seconds.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        _engine.Resume();
        Assert.That(await asked, Is.EqualTo(Answer.Ok).Or.EqualTo(Answer.Unavailable));
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        Assert.That(await room.A.AskAsync("shout_and_reply", """{"after":"pause"}"""), Is.EqualTo(Answer.Ok));
        foreach (var client in new[] { room.A, room.B }) await client.HearUntilAsync(heard => heard.Payload == """{"after":"pause"}""");

        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_node_that_is_cut_off_has_a_gap_and_the_others_have_none()
    {
        var proxy = new TcpProxy(_engine.Port);
        _disposables.Add(proxy);
        var (a, b, room) = await StartAsync(_engine.ConnectionStringAt(proxy.Port));
        var (statusOfA, before) = (await a.StatusAsync(), Now);
        await proxy.CutAsync();
        await b.IsConnectedAsync(false);
        Assert.That(await room.A.AskAsync("shout_and_reply", """{"missed":"by b"}"""), Is.EqualTo(Answer.Ok));
        Assert.That(await room.B.AskAsync("shout_and_reply", """{"taken":"by nobody"}"""), Is.EqualTo(Answer.Unavailable));
        Assert.That((await b.StatusAsync()).Gaps.Single(gap => gap.To is null).From, Is.InRange(before - s_threeBeaconPeriods, Now));

        proxy.Heal();
        await b.IsConnectedAsync();
        Assert.That((await b.StatusAsync()).Gaps, Has.All.Property("To").Not.Null);
        Assert.That(await room.A.HearAsync(), Is.EqualTo(new Heard("shout", """{"missed":"by b"}""")));
        await room.AssertConnectedAsync();
        var status = await a.StatusAsync();
        Assert.That((status.Connected, status.PublishErrors), Is.EqualTo((true, statusOfA.PublishErrors)));
        Assert.That(status.Gaps, Is.EqualTo(statusOfA.Gaps));
    }

    [Test]
    public async Task Nodes_that_start_while_the_engine_is_away_are_ready_all_the_same_and_link_up_by_themselves()
    {
        await _engine.StopAsync();
        var (a, b, room) = await StartAsync();
        foreach (var node in new[] { a, b }) Assert.That((await node.StatusAsync()).Connected, Is.False);

        Assert.That(await room.A.AskAsync("shout_and_reply", "{}"), Is.EqualTo(Answer.Unavailable));
        await _engine.StartAgainAsync();
        await a.IsConnectedAsync();
        await b.IsConnectedAsync();
        await room.AssertConnectedAsync();
    }

    /// <param name="connectionOfB">Another way to the engine than the straight one.</param>
    async Task<(Node A, Node B, Room Room)> StartAsync(string? connectionOfB = null)
    {
        var nodes = await Task.WhenAll(Node.StartAsync(_engine, "a"), Node.StartAsync(_engine, "b", connectionOfB));
        _disposables.AddRange(nodes);
        var room = await Room.OpenAsync(nodes[0], nodes[1], _topic);
        _disposables.Add(room);
        return (nodes[0], nodes[1], room);
    }
}
