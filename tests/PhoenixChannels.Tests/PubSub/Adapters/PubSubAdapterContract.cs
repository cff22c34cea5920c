namespace PhoenixChannels.Tests.Broadcasting.Adapters;

/// <summary>
/// What every <see cref="IPubSubAdapter"/> has to do, by itself and below <see cref="PubSub"/>. An adapter's own fixture derives from
/// this one and says how a node gets onto the network of the test.
/// </summary>
public abstract class PubSubAdapterContract
{
    readonly List<PubSubNode> _nodes = [];
    readonly List<IPubSubAdapter> _adapters = [];

    [TearDown]
    public async Task StopAll()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var adapter in _adapters) await adapter.StopAsync(default);
        _nodes.Clear();
        _adapters.Clear();
    }

    [Test]
    public async Task A_broadcast_reaches_every_node_once_its_own_among_them()
    {
        var nodes = await StartAsync("a", "b", "c");
        var inboxes = nodes.Select(node => new Inbox(node.PubSub)).ToArray();
        await nodes[0].PubSub.BroadcastAsync("t", "hello", new { Text = "hi" });
        await nodes[0].PubSub.BroadcastAsync("other", "e", Payload.Empty);
        await EndAsync(nodes[0]);
        foreach (var inbox in inboxes) Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public async Task Every_subscriber_of_every_node_gets_it()
    {
        var nodes = await StartAsync("a", "b");
        var inboxes = nodes.Concat(nodes).Select(node => new Inbox(node.PubSub)).ToArray();
        await nodes[1].PubSub.BroadcastAsync("t", "hello", Payload.Empty);
        foreach (var inbox in inboxes) Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_broadcast_from_a_subscription_leaves_out_that_one_alone()
    {
        var nodes = await StartAsync("a", "b");
        Inbox sender = new(nodes[0].PubSub), neighbour = new(nodes[0].PubSub), remote = new(nodes[1].PubSub);
        await nodes[0].PubSub.BroadcastFromAsync(sender.Subscription, "t", "hello", Payload.Empty);
        await EndAsync(nodes[0]);
        Assert.That(await sender.UpToEndAsync(), Is.Empty);
        Assert.That(await neighbour.UpToEndAsync(), Is.EqualTo(new[] { "hello" }));
        Assert.That(await remote.UpToEndAsync(), Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public async Task A_local_broadcast_stays_on_its_node()
    {
        var nodes = await StartAsync("a", "b");
        Inbox here = new(nodes[0].PubSub), there = new(nodes[1].PubSub);
        nodes[0].PubSub.LocalBroadcast("t", "local", Payload.Empty);
        nodes[0].PubSub.LocalBroadcastFrom(there.Subscription, "t", "local from", Payload.Empty);
        await EndAsync(nodes[0]);
        Assert.That(await here.UpToEndAsync(), Is.EqualTo(new[] { "local", "local from" }));
        Assert.That(await there.UpToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_direct_broadcast_reaches_one_node_and_is_no_gap_to_the_others()
    {
        var nodes = await StartAsync("a", "b", "c");
        var inboxes = nodes.Select(node => new Inbox(node.PubSub)).ToArray();
        await nodes[0].PubSub.BroadcastAsync("t", "all", Payload.Empty);
        await nodes[0].PubSub.DirectBroadcastAsync("b", "t", "to b", Payload.Empty);
        await nodes[0].PubSub.DirectBroadcastAsync("a", "t", "to a", Payload.Empty);
        await nodes[0].PubSub.DirectBroadcastAsync("nobody", "t", "to nobody", Payload.Empty);
        await EndAsync(nodes[0]);
        Assert.That(await inboxes[0].UpToEndAsync(), Is.EqualTo(new[] { "all", "to a" }));
        Assert.That(await inboxes[1].UpToEndAsync(), Is.EqualTo(new[] { "all", "to b" }));
        Assert.That(await inboxes[2].UpToEndAsync(), Is.EqualTo(new[] { "all" }));
        Assert.That(nodes.Select(node => node.Sum("missed")), Is.All.Zero);
    }

    [TestCase("{}")]
    [TestCase("{ \"b\" : [1.50, null],\"a\":\"\\u00e9\\n\", \"a\":2 }")]
    [TestCase("{\"text\":\"gr\u00fc\u00dfe \u65e5\u672c\u8a9e \ud83d\ude00 \u2028 ' \\\\ \\\" ; -- $1 \u007f\"}")]
    public async Task Json_arrives_byte_for_byte(string json)
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        await nodes[0].PubSub.BroadcastAsync("t", "e", Payload.Json(json.Utf8()));
        var payload = (await inbox.NextAsync()).Payload;
        Assert.That((payload.IsBinary, payload.ToString()), Is.EqualTo((false, json)));
    }

    [Test]
    public async Task Binary_data_arrives_byte_for_byte()
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        foreach (var data in new[] { everyByte, [], [0], "{\"a\":1}".Utf8() })
        {
            await nodes[0].PubSub.BroadcastAsync("t", "e", data);
            var payload = (await inbox.NextAsync()).Payload;
            Assert.That(payload.IsBinary, Is.True);
            Assert.That(payload.Bytes.ToArray(), Is.EqualTo(data));
        }
    }

    [TestCase(7_000)]
    [TestCase(8_000)]
    [TestCase(64 * 1024)]
    [TestCase(1024 * 1024)]
    public async Task Payloads_of_any_size_arrive_in_their_order(int size)
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        var data = new byte[size];
        new Random(size).NextBytes(data);
        await nodes[0].PubSub.BroadcastAsync("t", "before", Payload.Empty);
        await nodes[0].PubSub.BroadcastAsync("t", "big", data);
        await nodes[0].PubSub.BroadcastAsync("t", "big text", new { Text = "\u00e9".Repeat(size / 2) });
        await nodes[0].PubSub.BroadcastAsync("t", "after", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("before"));
        Assert.That((await inbox.NextAsync()).Payload.Bytes.Span.SequenceEqual(data), Is.True);
        Assert.That((await inbox.NextAsync()).Payload.Read<Dictionary<string, string>>()["text"], Has.Length.EqualTo(size / 2));
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("after"));
    }

    [TestCase("")]
    [TestCase("room:\u00e9\u65e5\ud83d\ude00")]
    [TestCase("a'b\"c\\d;e--f$g%h{i}j*k?l[m]")]
    [TestCase("line\nbreak\ttab\0nul")]
    public async Task Topics_and_events_may_be_any_text(string name)
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub, name);
        await nodes[0].PubSub.BroadcastAsync(name, name, Payload.Empty);
        var broadcast = await inbox.NextAsync();
        Assert.That((broadcast.Topic, broadcast.Event), Is.EqualTo((name, name)));
    }

    [Test]
    public async Task Long_topics_and_events_arrive()
    {
        var nodes = await StartAsync("a", "b");
        var name = "\u00e9".Repeat(2048);
        var inbox = new Inbox(nodes[1].PubSub, name);
        await nodes[0].PubSub.BroadcastAsync(name, name, Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo(name));
    }

    [Test]
    public async Task Broadcasts_of_one_sender_arrive_in_their_order()
    {
        var nodes = await StartAsync("a", "b", "c");
        var inboxes = nodes.Select(node => new Inbox(node.PubSub)).ToArray();
        await Task.WhenAll(nodes.Select((node, sender) => Task.Run(async () =>
        {
            for (var number = 0; number < 200; number++) await node.PubSub.BroadcastAsync("t", $"{sender} {number}", Payload.Empty);
        }))).InTimeAsync();
        foreach (var inbox in inboxes)
        {
            var events = new List<string>();
            while (events.Count < 3 * 200) events.Add((await inbox.NextAsync()).Event);
            for (var sender = 0; sender < 3; sender++)
                Assert.That(events.Where(name => name.StartsWith($"{sender} ", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Range(0, 200).Select(number => $"{sender} {number}")));
        }

        Assert.That(nodes.Select(node => node.Sum("missed")), Is.All.Zero);
    }

    [Test]
    public async Task Two_equal_broadcasts_both_arrive()
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        for (var i = 0; i < 3; i++) await nodes[0].PubSub.BroadcastAsync("t", "same", new { A = 1 });
        await EndAsync(nodes[0]);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "same", "same", "same" }));
    }

    [Test]
    public async Task What_a_node_has_published_itself_is_dropped_when_it_comes_back()
    {
        var node = Add(new PubSubNode(new AdapterDecorator(CreateAdapter("a")) { HandsBack = true }));
        await node.StartAsync();
        var inbox = new Inbox(node.PubSub);
        await node.PubSub.BroadcastAsync("t", "once", Payload.Empty);
        await EndAsync(node);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "once" }));
        Assert.That((node.Sum("missed"), node.Sum("skipped")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Envelopes_of_an_unknown_version_are_skipped_and_counted()
    {
        var node = (await StartAsync("a"))[0];
        var newer = await StartRawAsync("newer", new RecordingReceiver());
        var inbox = new Inbox(node.PubSub);
        byte[][] envelopes = [[2, 1, 2, 3], [255], [2, .. new byte[100]]];
        foreach (var envelope in envelopes) await newer.SendAsync(envelope);
        await node.Metrics.ReachesAsync("phoenixchannels.pubsub.skipped", envelopes.Length, null);
        await EndAsync(node);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task Nodes_of_the_next_version_and_of_this_one_live_together()
    {
        var newer = new AdapterDecorator(CreateAdapter("newer")) { Version = 2 };
        var upgraded = Add(new PubSubNode(newer));
        await upgraded.StartAsync();
        var old = (await StartAsync("old"))[0];
        Inbox atOld = new(old.PubSub), atUpgraded = new(upgraded.PubSub);
        await old.PubSub.BroadcastAsync("t", "from the old one", Payload.Empty);
        for (var i = 0; i < 3; i++) await upgraded.PubSub.BroadcastAsync("t", "from the new one", Payload.Empty);
        await upgraded.PubSub.DirectBroadcastAsync("old", "t", "from the new one", Payload.Empty);
        await EndAsync(old);
        Assert.That(await atOld.UpToEndAsync(), Is.EqualTo(new[] { "from the old one" }));
        Assert.That(await atUpgraded.UpToEndAsync(), Does.Contain("from the old one"), "which is taken as it always was");
        newer.Version = null;
        await upgraded.PubSub.BroadcastAsync("t", "as the old one knows it", Payload.Empty);
        await EndAsync(upgraded);
        Assert.That(await atOld.UpToEndAsync(), Is.EqualTo(new[] { "as the old one knows it" }));
        Assert.That(old.Sum("skipped"), Is.GreaterThanOrEqualTo(4), "beacons may be among it");
        Assert.That(old.Sum("missed"), Is.Zero, "what was skipped has been counted");
    }

    [Test]
    public async Task What_is_missing_is_counted_by_its_sequence_numbers()
    {
        var lossy = new AdapterDecorator(CreateAdapter("a"));
        var sender = Add(new PubSubNode(lossy));
        await sender.StartAsync();
        await sender.PubSub.BroadcastAsync("t", "before b was there", Payload.Empty);
        var receiver = (await StartAsync("b"))[0];
        var inbox = new Inbox(receiver.PubSub);
        await sender.PubSub.BroadcastAsync("t", "1", Payload.Empty);
        lossy.Loses = true;
        for (var i = 0; i < 3; i++) await sender.PubSub.BroadcastAsync("t", "lost", Payload.Empty);
        await sender.PubSub.DirectBroadcastAsync("b", "t", "lost", Payload.Empty);
        lossy.Loses = false;
        await sender.PubSub.BroadcastAsync("t", "2", Payload.Empty);
        await EndAsync(sender);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(receiver.Sum("missed"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_node_that_has_stopped_gets_nothing_more()
    {
        RecordingReceiver stopped = new(), running = new();
        var sender = await StartRawAsync("a", new RecordingReceiver());
        var adapter = await StartRawAsync("b", stopped);
        await StartRawAsync("c", running);
        await sender.SendAsync("1"u8.ToArray());
        await stopped.ReachesAsync(1);
        await adapter.StopAsync(default).InTimeAsync();
        await sender.SendAsync("2"u8.ToArray());
        await sender.SendAsync("3"u8.ToArray(), "b");
        await sender.SendAsync("4"u8.ToArray());
        Assert.That((await running.ReachesAsync(3)).Select(bytes => bytes.Text()), Is.EqualTo(new[] { "1", "2", "4" }));
        Assert.That(stopped.Received, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_node_may_stop_and_another_start_by_its_name()
    {
        var nodes = await StartAsync("a", "b");
        var inbox = new Inbox(nodes[1].PubSub);
        await nodes[0].PubSub.BroadcastAsync("t", "first", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("first"));
        await nodes[0].StopAsync();
        var again = (await StartAsync("a"))[0];
        for (var i = 0; i < 3; i++) await again.PubSub.BroadcastAsync("t", "second life", Payload.Empty);
        await EndAsync(again);
        Assert.That(await inbox.UpToEndAsync(), Has.Count.EqualTo(3));
        Assert.That(nodes[1].Sum("missed"), Is.Zero);
    }

    [Test]
    public async Task A_second_node_of_one_name_is_refused_and_the_first_goes_on()
    {
        var first = await StartAsync("a", "b");
        var second = Add(new PubSubNode(CreateAdapter("a")));
        Assert.That(second.StartAsync, Throws.TypeOf<InvalidOperationException>().With.Message.Contains("'a'"));
        Assert.That(async () => await second.PubSub.BroadcastAsync("t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        await second.StopAsync();
        var inbox = new Inbox(first[0].PubSub);
        await EndAsync(first[1]);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Publishing_while_disconnected_throws_and_delivers_to_nobody(bool wasConnected)
    {
        var other = (await StartAsync("b"))[0];
        var adapter = CreateAdapter("a");
        var node = Add(new PubSubNode(adapter));
        if (wasConnected)
        {
            await node.StartAsync();
            await DisconnectAsync(adapter);
        }

        Inbox here = new(node.PubSub), there = new(other.PubSub);
        Assert.That(async () => await node.PubSub.BroadcastAsync("t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        Assert.That(async () => await node.PubSub.BroadcastFromAsync(there.Subscription, "t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        Assert.That(async () => await node.PubSub.DirectBroadcastAsync("b", "t", "e", Payload.Empty), Throws.TypeOf<PubSubUnavailableException>());
        node.PubSub.LocalBroadcast("t", Inbox.End, Payload.Empty);
        await EndAsync(other);
        Assert.That(await here.UpToEndAsync(), Is.Empty);
        Assert.That(await there.UpToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task Envelopes_are_handed_over_one_at_a_time_and_none_is_lost()
    {
        const int Senders = 4, Envelopes = 250;
        var receiver = new RecordingReceiver();
        await StartRawAsync("receiver", receiver);
        var senders = await Task.WhenAll(Enumerable.Range(0, Senders).Select(i => StartRawAsync($"sender {i}", new RecordingReceiver())));
        await Task.WhenAll(senders.Select((adapter, sender) => Task.Run(async () =>
        {
            for (var i = 0; i < Envelopes; i++)
            {
                var envelope = $"{sender} {i}".Utf8();
                if (i % 5 == 0) await adapter.SendAsync(envelope, "receiver");
                else await adapter.SendAsync(envelope);
            }
        }))).InTimeAsync();
        var received = await receiver.ReachesAsync(Senders * Envelopes);
        Assert.That(receiver.Overlapped, Is.False);
        Assert.That(received.Select(bytes => bytes.Text()), Is.EquivalentTo(from sender in Enumerable.Range(0, Senders) from i in Enumerable.Range(0, Envelopes) select $"{sender} {i}"));
    }

    [Test]
    public async Task The_memory_of_an_envelope_may_be_used_again_when_it_is_published()
    {
        var receiver = new RecordingReceiver();
        await StartRawAsync("b", receiver);
        var sender = await StartRawAsync("a", new RecordingReceiver());
        var memory = new byte[100];
        for (byte i = 0; i < 50; i++)
        {
            memory.AsSpan().Fill(i);
            await sender.SendAsync(memory);
        }

        Assert.That((await receiver.ReachesAsync(50)).Select(bytes => (bytes.Length, bytes.Distinct().Single())), Is.EqualTo(Enumerable.Range(0, 50).Select(i => (100, (byte)i))));
    }

    [Test]
    public async Task Hints_of_interest_return_at_once_at_any_time()
    {
        var adapter = CreateAdapter("a");
        adapter.InterestChanged("t", true);
        await adapter.StartAsync(new RecordingReceiver(), default).InTimeAsync();
        adapter.InterestChanged("t", false);
        adapter.InterestChanged("t", false);
        await adapter.StopAsync(default).InTimeAsync();
        adapter.InterestChanged("t", true);
        await adapter.StopAsync(default).InTimeAsync();
    }

    /// <summary>The adapter of a node on the test's network, not started yet.</summary>
    protected abstract IPubSubAdapter CreateAdapter(string nodeName);

    /// <summary>Cuts a started adapter off from what it publishes through. By default it is stopped.</summary>
    protected virtual Task DisconnectAsync(IPubSubAdapter adapter) => adapter.StopAsync(default);

    private protected async Task<PubSubNode[]> StartAsync(params string[] names)
    {
        var nodes = names.Select(name => Add(new PubSubNode(CreateAdapter(name)))).ToArray();
        foreach (var node in nodes) await node.StartAsync();
        return nodes;
    }

    private protected static ValueTask EndAsync(PubSubNode node) => node.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);

    PubSubNode Add(PubSubNode node)
    {
        _nodes.Add(node);
        return node;
    }

    async Task<IPubSubAdapter> StartRawAsync(string name, IPubSubReceiver receiver)
    {
        var adapter = CreateAdapter(name);
        lock (_adapters) _adapters.Add(adapter);
        await adapter.StartAsync(receiver, default).InTimeAsync();
        return adapter;
    }
}
