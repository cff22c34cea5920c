using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>Nodes come and go beside others; one of a name at a time.</summary>
[TestFixture(Engines.Postgres)]
[TestFixture(Engines.Redis)]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "Windows has no signals.")]
internal sealed class NodeLifeTests(string adapter)
{
    static readonly TimeSpan s_halfAMinute = TimeSpan.FromSeconds(30);

    /// <summary>A node is given up after 30 seconds without a sign of life.</summary>
    static readonly TimeSpan s_timeToGo = TimeSpan.FromSeconds(45);

    IEngineServer _engine = null!; // set by FindEngine, before any test

    [OneTimeSetUp]
    public async Task FindEngine() => _engine = await Engines.SharedAsync(adapter);

    [Test]
    public async Task A_second_node_of_a_living_ones_name_does_not_start_and_says_why()
    {
        await using var first = await Node.StartAsync(_engine, "the-first");
        await using var client = await first.JoinAsync("room:names");
        await using (var second = ChildProcess.Start(FixtureServer.Command, new Dictionary<string, string?>(Node.Environment(_engine, first.Name)) { ["PORT"] = $"{FreePort.Next()}" }))
        {
            Assert.That(await second.WaitForExitAsync(s_halfAMinute), Is.Not.Null.And.Not.Zero);
            Assert.That(second.Output, Does.Contain("'the-first'"));
        }

        Assert.That(await client.AskAsync("shout_and_reply", "{}"), Is.EqualTo(Answer.Ok));
        Assert.That((await first.StatusAsync()).Gaps, Is.Empty);
    }

    [Test]
    public async Task The_successor_of_a_node_that_was_killed_has_its_name_and_is_heard()
    {
        await using var other = await Node.StartAsync(_engine, "beside-a-successor");
        await using (var first = await Node.StartAsync(_engine, "succeeded"))
        {
            first.Server.Kill();
        }

        await using var successor = await Node.StartAsync(_engine, "succeeded");
        await using var room = await Room.OpenAsync(successor, other, "room:successor");
        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task The_people_of_a_node_that_was_killed_go()
    {
        await using var living = await Node.StartAsync(_engine, "living");
        await using var ann = await living.JoinAsync("presence:killed", "ann");
        await using (var killed = await Node.StartAsync(_engine, "killed"))
        {
            await using var bob = await killed.JoinAsync("presence:killed", "bob");
            await ann.HearUntilAsync(IsDiff("joins", "bob"));
            killed.Server.Kill();
        }

        var killedAt = TimeProvider.System.GetTimestamp();
        var heard = await ann.HearUntilAsync(IsDiff("leaves", "bob"));
        Assert.That(heard, Has.Count.EqualTo(1));
        Assert.That(TimeProvider.System.GetElapsedTime(killedAt), Is.LessThan(s_timeToGo));
        Assert.That((await ann.AskAsync("list", "{}"))!.Response, Does.Contain("\"ann\"").And.Not.Contain("\"bob\""));

        static Predicate<Heard> IsDiff(string part, string key) => heard => heard.Payload.Contains($$"""
            "{{part}}":{"{{key}}":
            """, StringComparison.Ordinal);
    }

    [Test]
    public async Task When_a_node_stops_its_clients_are_sent_to_come_back_and_those_of_another_miss_nothing()
    {
        const string Topic = "room:stops";
        await using var stopping = await Node.StartAsync(_engine, "stopping");
        await using var staying = await Node.StartAsync(_engine, "staying");
        await using var listener = await staying.JoinAsync(Topic);
        await using var leaving1 = await stopping.JoinAsync(Topic);
        await using var leaving2 = await stopping.JoinAsync(Topic);
        await using var staying1 = await staying.JoinAsync(Topic);
        var (s1, l1, l2) = (new Shouter(staying1, "s1"), new Shouter(leaving1, "l1"), new Shouter(leaving2, "l2"));
        await Task.WhenAll(s1.IsUnderWay, l1.IsUnderWay, l2.IsUnderWay);

        stopping.Server.Terminate();
        Assert.That(((await leaving1.Ended).CloseCode, (await leaving2.Ended).CloseCode), Is.EqualTo((1012, 1012)));
        Assert.That(await stopping.Server.WaitForExitAsync(s_halfAMinute), Is.Zero);
        await Task.WhenAll(l1.StopAsync(), l2.StopAsync(), s1.StopAsync());

        await staying.BroadcastAsync(Topic, "end", "{}");
        var heard = await listener.HearUntilAsync(heard => heard.Event == "end");
        foreach (var shouter in new[] { s1, l1, l2 })
        {
            Assert.That(shouter.Shouts, Has.All.Property("Answer").EqualTo(Answer.Ok));
            Assert.That(shouter.In(heard), Is.Ordered.And.Unique.And.SupersetOf(shouter.Shouts.Select(shout => shout.Number)));
        }

        Assert.That(heard, Has.All.Property("Event").EqualTo("shout").Or.Property("Event").EqualTo("end"));
        Assert.That((staying1.Ended.IsCompleted, listener.Ended.IsCompleted), Is.EqualTo((false, false)));
    }
}
