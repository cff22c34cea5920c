using System.Text.Json;
using PhoenixChannels.AdapterTests;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>Clients of two nodes notice nothing of that. Whatever came twice would be heard before what ends each test, or instead of it.</summary>
[TestFixture(Engines.Postgres)]
[TestFixture(Engines.Redis)]
[Parallelizable(ParallelScope.Self)]
internal sealed class NodesTests(string adapter)
{
    Node _a = null!, _b = null!; // set by StartNodes, before any test
    string _topic = null!; // set by NameTopic, before each test

    [OneTimeSetUp]
    public async Task StartNodes()
    {
        var engine = await Engines.SharedAsync(adapter);
        var nodes = await Task.WhenAll(Node.StartAsync(engine, "a"), Node.StartAsync(engine, "b"));
        (_a, _b) = (nodes[0], nodes[1]);
    }

    [OneTimeTearDown]
    public async Task StopNodes()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [SetUp]
    public void NameTopic() => _topic = $"room:{TestContext.CurrentContext.Test.ID}";

    [Test]
    public async Task Each_says_through_what_it_is_connected_and_that_nothing_was_missed()
    {
        foreach (var node in new[] { _a, _b })
        {
            var status = await node.StatusAsync();
            Assert.That((status.Adapter, status.Node, status.Connected, status.PublishErrors, status.Gaps.Count), Is.EqualTo((adapter, node.Name, true, 0L, 0)));
        }
    }

    [Test]
    public async Task A_shout_on_one_is_heard_on_both()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        room.A.Push("shout", """{"by":"a"}""");
        await room.AssertBothHearAsync(new("shout", """{"by":"a"}"""));
        room.B.Push("shout", """{"by":"b"}""");
        await room.AssertBothHearAsync(new("shout", """{"by":"b"}"""));
        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_shout_from_a_channel_is_heard_by_all_but_it()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        await using var besideA = await _a.JoinAsync(_topic);
        room.A.Push("shout_from", """{"by":"a"}""");
        foreach (var other in new[] { besideA, room.B }) Assert.That(await other.HearAsync(), Is.EqualTo(new Heard("shout", """{"by":"a"}""")));

        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task Binary_arrives_as_it_was_sent()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        Assert.That(await room.A.AskAsync("shout_and_reply", [0, 255, 34, 10]), Is.EqualTo(Answer.Ok));
        await room.AssertBothHearAsync(new("shout", "00FF220A"));
        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_large_message_arrives_as_it_was_sent()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        var payload = $$"""{"text":"{{new string('ü', 100_000)}}"}""";
        Assert.That(await room.B.AskAsync("shout_and_reply", payload), Is.EqualTo(Answer.Ok));
        await room.AssertBothHearAsync(new("shout", payload));
        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_whisper_is_intercepted_on_the_node_of_each_receiver()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        room.A.Push("whisper", """{"to":"bob","text":"psst"}""");
        Assert.That(await room.B.HearAsync(), Is.EqualTo(new Heard("secret", """{"text":"psst"}""")));
        room.B.Push("whisper", """{"to":"ann","text":"yes?"}""");
        Assert.That(await room.A.HearAsync(), Is.EqualTo(new Heard("secret", """{"text":"yes?"}""")));
        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_broadcast_from_outside_on_either_is_heard_on_both()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        foreach (var node in new[] { _a, _b })
        {
            var payload = $$"""{"through":"{{node.Name}}"}""";
            Assert.That(await node.BroadcastAsync(_topic, "news", payload), Is.EqualTo((200, """{"ok":true}""")));
            await room.AssertBothHearAsync(new("news", payload));
        }

        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task A_user_is_disconnected_on_both_by_either()
    {
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        foreach (var (node, user) in new[] { (_a, "eve"), (_b, "eva") })
        {
            await using var onA = await _a.JoinAsync(_topic, user, """{"announce":true}""");
            await using var onB = await _b.JoinAsync(_topic, user, """{"announce":true}""");
            await node.DisconnectAsync(user);
            Assert.That(((await onA.Ended).CloseCode, (await onB.Ended).CloseCode), Is.EqualTo((1001, 1001)));
            for (var i = 0; i < 2; i++) await room.AssertBothHearAsync(new("left", $$"""{"user":"{{user}}"}"""));
        }

        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task What_one_sends_arrives_in_its_order()
    {
        const int Count = 500;
        await using var room = await Room.OpenAsync(_a, _b, _topic);
        for (var number = 1; number <= Count; number++)
        {
            room.A.Push("shout", $$"""{"a":{{number}}}""");
            room.B.Push("shout", $$"""{"b":{{number}}}""");
        }

        foreach (var client in new[] { room.A, room.B })
        {
            var heard = new List<string>();
            while (heard.Count < 2 * Count) heard.Add((await client.HearAsync()).Payload);

            foreach (var sender in "ab")
            {
                var expected = Enumerable.Range(1, Count).Select(number => $$"""{"{{sender}}":{{number}}}""");
                Assert.That(heard.Where(payload => payload[2] == sender), Is.EqualTo(expected));
            }
        }

        await room.AssertConnectedAsync();
    }

    [Test]
    public async Task Who_is_present_on_one_is_present_on_both()
    {
        var topic = $"presence:{TestContext.CurrentContext.Test.ID}";
        await using var ann = await _a.JoinAsync(topic, "ann", """{"meta":{"on":"a"}}""");
        Assert.That(await ann.HearAsync(), Is.EqualTo(new Heard("presence_state", "{}")));
        Assert.That(await DiffAsync(ann), Is.EqualTo("ann came"));
        await using var listener = await _b.JoinAsync(topic, "cid");
        Assert.That(await DiffAsync(ann), Is.EqualTo("cid came"));
        await Eventually.IsTrueAsync(async () => await PeopleAsync(listener) == "ann cid" && await PeopleAsync(ann) == "ann cid", () => "both lists are complete");

        await using (await _b.JoinAsync(topic, "bob"))
        {
            Assert.That(await DiffAsync(ann), Is.EqualTo("bob came"));
        }

        Assert.That(await DiffAsync(ann), Is.EqualTo("bob went"));
        await ann.AskAsync("update", """{"meta":{"on":"b"}}""");
        Assert.That(await DiffAsync(ann), Is.EqualTo("ann came, ann went"));
        await listener.HearUntilAsync(heard => heard.Payload.Contains("\"on\":\"b\"", StringComparison.Ordinal));
        Assert.That(await ann.AskAsync("phx_leave", "{}"), Is.EqualTo(Answer.Ok));
        Assert.That(await DiffAsync(listener), Is.EqualTo("ann went"));
        Assert.That(await PeopleAsync(listener), Is.EqualTo("cid"));
    }

    static async Task<string> DiffAsync(ChannelClient client)
    {
        var heard = await client.HearAsync();
        Assert.That(heard.Event, Is.EqualTo("presence_diff"));
        using var diff = JsonDocument.Parse(heard.Payload);
        return string.Join(", ", [.. KeysIn("joins", "came"), .. KeysIn("leaves", "went")]);

        IEnumerable<string> KeysIn(string part, string word) => diff.RootElement.GetProperty(part).EnumerateObject().Select(entry => $"{entry.Name} {word}");
    }

    static async Task<string> PeopleAsync(ChannelClient client)
    {
        using var list = JsonDocument.Parse((await client.AskAsync("list", "{}"))!.Response);
        return string.Join(' ', list.RootElement.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }
}
