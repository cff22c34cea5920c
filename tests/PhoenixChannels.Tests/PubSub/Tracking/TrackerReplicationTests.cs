using System.Collections.Concurrent;
using PhoenixChannels.Tests.Broadcasting.Adapters;
using PhoenixChannels.Topics;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

// The cases of phoenix_pubsub's test/phoenix/tracker/shard_replication_test.exs with more than one node.
public class TrackerReplicationTests
{
    [Test]
    public async Task Signs_of_life_come_within_the_silent_periods()
    {
        await using var cluster = new TrackerCluster();
        await using var listener = await PubSubNode.StartAsync(cluster.Network.CreateAdapter("listener"));
        var ear = new Ear(cluster.Time);
        listener.PubSub.Registry.Subscribe("phx_tracker:tracker:0/1", ear);
        await cluster.StartAsync("n0");
        await cluster.PassAsync(100);
        var heard = ear.Heard.ToArray();
        Assert.That(heard.Select(one => (one.Message?.Kind, one.Message?.Sender.Name, one.Message?.Delta)), Is.All.EqualTo(((MessageKind?)MessageKind.Heartbeat, "n0", (Delta?)default(Delta))));
        Assert.That(heard, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(heard[0].At, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
        for (var i = 1; i < heard.Length; i++) Assert.That(heard[i].At - heard[i - 1].At, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task A_node_that_comes_later_is_told_what_there_is()
    {
        await using var cluster = new TrackerCluster();
        var first = await cluster.StartAsync("n0");
        await first.TrackAsync("a", "1");
        await cluster.PassAsync(30);
        var second = await cluster.StartAsync("n1");
        await second.TrackAsync("b", "2");
        await cluster.PassAsync(8);
        await cluster.AssertSameAsync("a=1", "b=2");
        Assert.That(first.Handler.Replicas, Is.EqualTo(["n1 Up"]));
        Assert.That(second.Handler.Replicas, Is.EqualTo(["n0 Up"]));
        Assert.That(second.Transfers, Is.EqualTo(1));
    }

    [Test]
    public async Task Of_several_that_know_what_is_missing_one_is_asked()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(3);
        cluster.Cut(nodes[0], nodes[1]);
        cluster.Cut(nodes[0], nodes[2]);
        await nodes[1].TrackAsync("n1", "1");
        await nodes[1].TrackAsync("n1.2", "1");
        await nodes[2].TrackAsync("n2", "1");
        await cluster.PassAsync(4);
        var before = nodes[0].Transfers;
        cluster.Heal(nodes[0], nodes[1]);
        cluster.Heal(nodes[0], nodes[2]);
        await cluster.PassAsync(20);
        await cluster.AssertSameAsync("n1.2=1", "n1=1", "n2=1");
        Assert.That(nodes[0].Transfers - before, Is.EqualTo(1));
    }

    [Test]
    public async Task A_node_that_restarts_at_once_replaces_what_it_was()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(3);
        foreach (var node in nodes) await node.TrackAsync(node.Name, "old");
        await cluster.PassAsync(4);
        await cluster.AssertSameAsync("n0=old", "n1=old", "n2=old");
        nodes[0].Handler.Clear();
        await cluster.KillAsync(nodes[1]);
        var restarted = await cluster.StartAsync("n1");
        await restarted.TrackAsync("n1", "new");
        await cluster.PassAsync(6);
        await cluster.AssertSameAsync("n0=old", "n1=new", "n2=old");
        Assert.That(nodes[0].Handler.Replicas, Is.EqualTo(["n1 PermanentlyDown", "n1 Up"]));
        Assert.That(nodes[0].Handler.Diffs, Is.EqualTo(["t -n1=old", "t +n1=new"]));
        await cluster.PassAsync(60);
        await cluster.AssertSameAsync("n0=old", "n1=new", "n2=old");
    }

    [Test]
    public async Task A_silent_node_is_hidden_then_forgotten_and_comes_back_as_a_new_one()
    {
        await using var cluster = new TrackerCluster();
        var options = new TrackerOptions { PermdownPeriod = TimeSpan.FromSeconds(100) };
        var nodes = await cluster.StartAsync(3, options);
        foreach (var node in nodes) await node.TrackAsync(node.Name, "1");
        await cluster.PassAsync(4);
        await cluster.AssertSameAsync("n0=1", "n1=1", "n2=1");

        // Cut off for a while.
        cluster.Cut(nodes[0], nodes[1]);
        await cluster.PassAsync(40);
        Assert.That(await nodes[0].ListAsync(), Is.EqualTo(["n0=1", "n2=1"]));
        Assert.That(nodes[0].Handler.Replicas.Last(), Is.EqualTo("n1 Down"));
        cluster.Heal(nodes[0], nodes[1]);
        await cluster.PassAsync(20);
        await cluster.AssertSameAsync("n0=1", "n1=1", "n2=1");
        Assert.That(nodes[0].Handler.Replicas.Last(), Is.EqualTo("n1 Up"));

        // Killed, and started again after it was noticed.
        await cluster.KillAsync(nodes[1]);
        await cluster.PassAsync(40);
        await cluster.AssertSameAsync("n0=1", "n2=1");
        var back = await cluster.StartAsync("n1", options);
        await back.TrackAsync("n1-back", "1");
        await cluster.PassAsync(8);
        await cluster.AssertSameAsync("n0=1", "n1-back=1", "n2=1");
        Assert.That(nodes[0].Handler.Replicas[^2..], Is.EqualTo(["n1 PermanentlyDown", "n1 Up"]));

        // Killed for good.
        await cluster.KillAsync(back);
        await cluster.PassAsync(120);
        await cluster.AssertSameAsync("n0=1", "n2=1");
        Assert.That(nodes[0].Handler.Replicas[^2..], Is.EqualTo(["n1 Down", "n1 PermanentlyDown"]));
    }

    [Test]
    public async Task Each_node_reports_the_joins_and_leaves_of_all()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(2);
        await nodes[0].TrackAsync("me", "1");
        await nodes[0].TrackAsync("me2", "2", owner: 2);
        await nodes[1].TrackAsync("n1", "3");
        await cluster.PassAsync(2);
        await nodes[0].Tracker.UntrackAsync(2).InTimeAsync();
        await nodes[1].UpdateAsync("n1", "4");
        await cluster.PassAsync(2);
        await nodes[1].Tracker.UntrackAsync(1).InTimeAsync();
        await cluster.PassAsync(2);
        await cluster.AssertSameAsync("me=1");
        Assert.That(nodes[0].Handler.Diffs, Is.EqualTo(["t +me=1", "t +me2=2", "t +n1=3", "t -me2=2", "t +n1=4 -n1=3", "t -n1=4"]));
        Assert.That(nodes[1].Handler.Diffs.Where(diff => diff.Contains("me", StringComparison.Ordinal)), Is.EqualTo(["t +me=1 +me2=2", "t -me2=2"]));
    }

    [Test]
    public async Task A_node_that_stops_in_good_order_is_forgotten_at_once_if_it_is_to_be()
    {
        await using var cluster = new TrackerCluster();
        var stays = await cluster.StartAsync("stays");
        var leaves = await cluster.StartAsync("leaves", new() { PermdownOnShutdown = true });
        await cluster.PassAsync(4);
        await leaves.TrackAsync("a", "1");
        await cluster.PassAsync(2);
        Assert.That(await stays.ListAsync(), Is.EqualTo(["a=1"]));
        await leaves.Tracker.StopAsync().InTimeAsync();
        await cluster.SettleAsync();
        Assert.That(await stays.ListAsync(), Is.Empty);
        Assert.That(stays.Handler.Replicas.Last(), Is.EqualTo("leaves PermanentlyDown"));
        Assert.That(stays.Handler.Diffs.Last(), Is.EqualTo("t -a=1"));
    }

    [Test]
    public async Task By_default_a_node_that_stops_is_kept_until_it_has_been_silent_for_long()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(2);
        await nodes[1].TrackAsync("a", "1");
        await cluster.PassAsync(2);
        await nodes[1].Tracker.StopAsync().InTimeAsync();
        await cluster.PassAsync(15);
        Assert.That(await nodes[0].ListAsync(), Is.EqualTo(["a=1"]));
        await cluster.PassAsync(20);
        Assert.That(await nodes[0].ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Nobody_keeps_asking_for_a_node_that_is_down_elsewhere()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(2);
        foreach (var node in nodes) await node.TrackAsync(node.Name, "1");
        await cluster.PassAsync(4);
        await cluster.KillAsync(nodes[1]);
        await cluster.PassAsync(40);
        Assert.That(nodes[0].Handler.Replicas.Last(), Is.EqualTo("n1 Down"));
        var fresh = await cluster.StartAsync("n2");
        await cluster.PassAsync(60);
        await cluster.AssertSameAsync("n0=1");
        Assert.That(fresh.Transfers, Is.EqualTo(1));
    }

    [TestCase(5)]
    [TestCase(35)]
    [TestCase(1300)]
    public async Task After_a_cut_all_nodes_have_the_same_again(int seconds)
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(3);
        foreach (var node in nodes)
            foreach (var key in new[] { "stays", "leaves", "changes" }) await node.TrackAsync($"{node.Name}.{key}", "1");
        await cluster.PassAsync(4);
        cluster.Cut(nodes[0], nodes[1]);
        cluster.Cut(nodes[0], nodes[2]);
        await cluster.PassAsync(seconds / 2.0);
        foreach (var node in nodes)
        {
            await node.UntrackAsync($"{node.Name}.leaves");
            await node.UpdateAsync($"{node.Name}.changes", "2");
            await node.TrackAsync($"{node.Name}.comes", "1");
        }

        await cluster.PassAsync(seconds / 2.0);
        cluster.Heal(nodes[0], nodes[1]);
        cluster.Heal(nodes[0], nodes[2]);
        await cluster.PassAsync(25);
        await cluster.AssertSameAsync([.. nodes.SelectMany(node => new[] { $"{node.Name}.changes=2", $"{node.Name}.comes=1", $"{node.Name}.stays=1" }).Order(StringComparer.Ordinal)]);
    }

    [TestCase(5)]
    [TestCase(35)]
    [TestCase(1300)]
    public async Task After_a_cut_in_one_direction_all_nodes_have_the_same_again(int seconds)
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(3);
        foreach (var node in nodes) await node.TrackAsync(node.Name, "1");
        cluster.Network.Cut("n0", "n1");
        await cluster.PassAsync(seconds);
        foreach (var node in nodes) await node.UpdateAsync(node.Name, "2");
        await cluster.PassAsync(4);
        cluster.Network.Heal("n0", "n1");
        await cluster.PassAsync(25);
        await cluster.AssertSameAsync("n0=2", "n1=2", "n2=2");
    }

    [Test]
    public async Task What_the_adapter_refuses_is_sent_later()
    {
        await using var cluster = new TrackerCluster();
        var other = await cluster.StartAsync("other");
        AdapterDecorator? adapter = null;
        var node = await cluster.StartAsync("node", decorate: inner => adapter = new(inner));
        await cluster.PassAsync(4);
        adapter!.Refuses = true;
        await node.TrackAsync("a", "1");
        await node.TrackAsync("b", "1");
        await cluster.PassAsync(5);
        await node.UntrackAsync("a");
        await cluster.PassAsync(5);
        Assert.That(await other.ListAsync(), Is.Empty);
        Assert.That(node.Node.Metrics.Sum("phoenixchannels.tracker.refused", null), Is.GreaterThan(2));
        adapter.Refuses = false;
        await cluster.PassAsync(2);
        await cluster.AssertSameAsync("b=1");
        Assert.That(other.Handler.Diffs, Is.EqualTo(["t +b=1"]));
        Assert.That(other.Transfers, Is.Zero);
    }

    [Test]
    public async Task Trackers_of_other_names_and_other_pool_sizes_do_not_mix()
    {
        await using var cluster = new TrackerCluster();
        var one = await cluster.StartAsync("one");
        var two = await cluster.StartAsync("two", new() { PoolSize = 2 });
        await one.TrackAsync("a");
        await two.TrackAsync("b");
        await cluster.PassAsync(20);
        Assert.That((await one.ListAsync(), await two.ListAsync()), Is.EqualTo((new[] { "a=" }, new[] { "b=" })));
    }

    [Test]
    public async Task A_topic_of_a_hundred_thousand_comes_over_in_pieces()
    {
        const int Count = 100_000;
        await using var cluster = new TrackerCluster();
        var first = await cluster.StartAsync("n0");
        var meta = new byte[40];
        var tracking = new Task<TrackResult>[Count];
        for (var i = 0; i < Count; i++) tracking[i] = first.Tracker.TrackAsync("t", $"user:{i}", i, meta);
        await Task.WhenAll(tracking).InTimeAsync();
        var second = await cluster.StartAsync("n1");
        await cluster.PassAsync(8);
        Assert.That(await second.Tracker.CountAsync("t").InTimeAsync(), Is.EqualTo(Count));
        Assert.That(second.Transfers, Is.EqualTo(1));
        Assert.That(second.Handler.Diffs, Has.Length.InRange(10, 100), "each piece is a diff");
        for (var i = 0; i < Count; i++) _ = first.Tracker.UntrackAsync(i);
        await cluster.PassAsync(2);
        Assert.That(second.Handler.Present, Is.Empty);
        Assert.That(second.Transfers, Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_that_flaps_leaves_nothing_behind()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(2);
        for (var i = 0; i < 1000; i++)
        {
            await nodes[0].TrackAsync("flaps", $"{i}");
            await nodes[0].UntrackAsync("flaps");
        }

        nodes[1].Handler.Clear();
        await cluster.PassAsync(2);
        Assert.That(nodes[1].Handler.Diffs, Is.Empty);
        await cluster.AssertSameAsync();
    }

    [Test]
    public async Task Unreadable_messages_are_counted_and_passed_over()
    {
        await using var cluster = new TrackerCluster();
        var nodes = await cluster.StartAsync(2);
        await using var stranger = await PubSubNode.StartAsync(cluster.Network.CreateAdapter("stranger"));
        await stranger.PubSub.BroadcastAsync("phx_tracker:tracker:0/1", "tracker", new byte[] { 99, 1, 2 });
        await stranger.PubSub.BroadcastAsync("phx_tracker:tracker:0/1", "tracker", new { not = "binary" });
        await stranger.PubSub.BroadcastAsync("phx_tracker:tracker:0/1", "other", new byte[] { 1 });
        await nodes[0].TrackAsync("a", "1");
        await cluster.PassAsync(2);
        await cluster.AssertSameAsync("a=1");
        foreach (var node in nodes) Assert.That(node.Node.Metrics.Sum("phoenixchannels.tracker.unreadable", null), Is.EqualTo(1));
    }

    /// <summary>Hears what is said in the turn in which it is said, so that a settled cluster has been heard.</summary>
    sealed class Ear(TimeProvider time) : Subscriber
    {
        readonly long _start = time.GetTimestamp();

        public ConcurrentQueue<(TimeSpan At, TrackerMessage? Message)> Heard { get; } = new();

        public override void Deliver(Delivery delivery) =>
            Heard.Enqueue((time.GetElapsedTime(_start), TrackerCodec.TryRead(delivery.Broadcast.Payload.Bytes.Span)));
    }
}
