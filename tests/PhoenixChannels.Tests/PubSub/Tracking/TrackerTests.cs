using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

// The cases of phoenix_pubsub's test/phoenix/tracker/shard_replication_test.exs with one node, pool_test.exs and shard_test.exs.
public class TrackerTests
{
    [Test]
    public async Task Untracking_what_is_not_tracked_does_nothing()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        Assert.That(await node.UntrackAsync("nobody"), Is.False);
        Assert.That(await node.Tracker.UntrackAsync(1).InTimeAsync(), Is.Zero);
        Assert.That(await node.Tracker.UntrackAsync(1, "t").InTimeAsync(), Is.Zero);
        Assert.That(node.Handler.Diffs, Is.Empty);
    }

    [Test]
    public async Task A_key_is_untracked_in_its_topic_alone()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("user1", "1");
        await node.TrackAsync("user2", "2", "another:topic");
        Assert.That(await node.UntrackAsync("user1"), Is.True);
        Assert.That((await node.ListAsync(), await node.ListAsync("another:topic")), Is.EqualTo((Array.Empty<string>(), new[] { "user2=2" })));
        Assert.That(await node.UntrackAsync("user2", "another:topic"), Is.True);
        Assert.That(await node.ListAsync("another:topic"), Is.Empty);
    }

    [Test]
    public async Task All_that_an_owner_tracks_ends_as_one_diff_per_topic()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("user1", "1");
        await node.TrackAsync("user2", "2");
        await node.TrackAsync("user3", "3", "another:topic");
        await node.TrackAsync("other", "4", owner: 2);
        node.Handler.Clear();
        Assert.That(await node.Tracker.UntrackAsync(1).InTimeAsync(), Is.EqualTo(3));
        Assert.That(node.Handler.Diffs, Is.EqualTo(["another:topic -user3=3 | t -user2=2 -user1=1"]));
        await cluster.AssertSameAsync("other=4");
    }

    [Test]
    public async Task All_that_an_owner_tracks_in_one_topic_ends_as_one_diff()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("user1", "1");
        await node.TrackAsync("user2", "2");
        await node.TrackAsync("user3", "3", "another:topic");
        node.Handler.Clear();
        Assert.That(await node.Tracker.UntrackAsync(1, "t").InTimeAsync(), Is.EqualTo(2));
        Assert.That(node.Handler.Diffs, Is.EqualTo(["t -user2=2 -user1=1"]));
        Assert.That(await node.ListAsync("another:topic"), Is.EqualTo(["user3=3"]));
    }

    [Test]
    public async Task An_update_is_a_leave_and_a_join_in_one_diff()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("u1", "old");
        Assert.That(await node.UpdateAsync("u1", "new"), Is.EqualTo(UpdateResult.Updated));
        Assert.That(node.Handler.Diffs, Is.EqualTo(["t +u1=old", "t +u1=new -u1=old"]));
        await cluster.AssertSameAsync("u1=new");
    }

    [Test]
    public async Task An_update_can_be_made_of_what_there_was()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("u1", "old");
        var updated = await node.Tracker.UpdateAsync("t", "u1", 1, meta => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(meta.Span) + "+")).InTimeAsync();
        Assert.That(updated, Is.EqualTo(UpdateResult.Updated));
        await cluster.AssertSameAsync("u1=old+");
        Assert.That(async () => await node.Tracker.UpdateAsync("t", "u1", 1, _ => throw new FormatException()).InTimeAsync(), Throws.TypeOf<FormatException>());
        await cluster.AssertSameAsync("u1=old+");
    }

    [Test]
    public async Task What_is_not_tracked_is_not_updated()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        await node.TrackAsync("u1", "1", owner: 2);
        Assert.That(await node.UpdateAsync("u1", "new"), Is.EqualTo(UpdateResult.NotTracked));
        await cluster.AssertSameAsync("u1=1");
    }

    [Test]
    public async Task An_owner_tracks_a_key_once_in_a_topic()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        Assert.That(await node.TrackAsync("u1", "1"), Is.EqualTo(TrackResult.Tracked));
        Assert.That(await node.TrackAsync("u1", "2"), Is.EqualTo(TrackResult.AlreadyTracked));
        Assert.That(await node.TrackAsync("u1", "3", "another:topic"), Is.EqualTo(TrackResult.Tracked));
        Assert.That(await node.TrackAsync("anotherkey", "4"), Is.EqualTo(TrackResult.Tracked));
        Assert.That(await node.TrackAsync("u1", "5", owner: 2), Is.EqualTo(TrackResult.Tracked));
        Assert.That(await node.ListAsync(), Is.EqualTo(["anotherkey=4", "u1=1", "u1=5"]));
        var byKey = await node.Tracker.GetByKeyAsync("t", "u1").InTimeAsync();
        Assert.That(byKey.Select(RecordingHandler.Describe), Is.EqualTo(["u1=1", "u1=5"]));
        Assert.That(await node.Tracker.GetByKeyAsync("t", "nobody").InTimeAsync(), Is.Empty);
    }

    [Test]
    public async Task Calls_take_effect_in_their_order_without_being_awaited()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        List<Task> calls = [];
        for (var i = 0; i < 200; i++)
        {
            calls.Add(node.Tracker.TrackAsync("t", "u", 1, Encoding.UTF8.GetBytes($"{i}")).ContinueWith(task => Assert.That(task.Result, Is.EqualTo(TrackResult.Tracked)), TaskScheduler.Default));
            calls.Add(node.Tracker.UntrackAsync(1, "t").ContinueWith(task => Assert.That(task.Result, Is.EqualTo(1)), TaskScheduler.Default));
        }

        await Task.WhenAll(calls).InTimeAsync();
        Assert.That(node.Handler.Diffs, Is.EqualTo(Enumerable.Range(0, 200).SelectMany(i => new[] { $"t +u={i}", $"t -u={i}" })));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    [TestCase(512)]
    public async Task A_pool_of_shards_is_as_one(int poolSize)
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n", new() { PoolSize = poolSize });
        var topics = Enumerable.Range(1, 100).Select(i => $"topic_{i}").ToArray();
        foreach (var topic in topics) Assert.That(await node.TrackAsync("me", "1", topic), Is.EqualTo(TrackResult.Tracked));
        foreach (var topic in topics) Assert.That(await node.ListAsync(topic), Is.EqualTo(["me=1"]));
        foreach (var topic in topics) Assert.That(await node.UpdateAsync("me", "2", topic), Is.EqualTo(UpdateResult.Updated));
        foreach (var topic in topics[..50]) Assert.That(await node.UntrackAsync("me", topic), Is.True);
        foreach (var topic in topics) Assert.That(await node.Tracker.CountAsync(topic).InTimeAsync(), Is.EqualTo(topics.AsSpan(0, 50).Contains(topic) ? 0 : 1));
        Assert.That(await node.Tracker.UntrackAsync(1).InTimeAsync(), Is.EqualTo(50));
        foreach (var topic in topics) Assert.That(await node.ListAsync(topic), Is.Empty);
        Assert.That(node.Handler.Present, Is.Empty);
    }

    [Test]
    public async Task A_pool_replicates_and_leaves_as_one()
    {
        await using var cluster = new TrackerCluster();
        var options = new TrackerOptions { PoolSize = 8, PermdownOnShutdown = true };
        var (stays, leaves) = (await cluster.StartAsync("stays", options), await cluster.StartAsync("leaves", options));
        await cluster.PassAsync(4);
        for (var i = 0; i < 100; i++) await leaves.TrackAsync("me", "1", $"topic_{i}");
        await cluster.PassAsync(2);
        Assert.That(stays.Handler.Present, Has.Length.EqualTo(100));
        await leaves.Tracker.StopAsync().InTimeAsync();
        await cluster.SettleAsync();
        Assert.That(stays.Handler.Present, Is.Empty);
    }

    [Test]
    public void A_topic_has_the_same_shard_everywhere() =>
        Assert.That(new[] { "", "room:lobby", "räum:1" }.Select(StableHash.Of).ToArray(), Is.EqualTo([0x811c1cd9u, 0x336209d0u, 0xb5918d21u]));

    [Test]
    public async Task A_handler_that_throws_costs_nothing_but_is_counted()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n");
        node.Handler.Throws = true;
        Assert.That(await node.TrackAsync("a", "1"), Is.EqualTo(TrackResult.Tracked));
        node.Handler.Throws = false;
        await node.TrackAsync("b", "1");
        await cluster.AssertSameAsync("a=1", "b=1");
        Assert.That(node.Node.Sum("handler_failures"), Is.EqualTo(1));
    }

    [Test]
    public async Task In_a_window_changes_are_gathered_and_what_came_and_went_is_left_out()
    {
        await using var cluster = new TrackerCluster();
        var node = await cluster.StartAsync("n", new() { DiffWindow = TimeSpan.FromMilliseconds(200) });
        await node.TrackAsync("stays", "1");
        await node.TrackAsync("flaps", "1");
        await node.UntrackAsync("flaps");
        await node.UpdateAsync("stays", "2");
        await node.TrackAsync("other", "1", "another:topic");
        Assert.That(node.Handler.Diffs, Is.Empty);
        Assert.That(await node.ListAsync(), Is.EqualTo(["stays=2"]), "the list does not wait");
        await cluster.PassAsync(0.5);
        Assert.That(node.Handler.Diffs.Single().Split(" | "), Is.EquivalentTo(["t +stays=2", "another:topic +other=1"]));

        node.Handler.Clear();
        await node.UpdateAsync("stays", "3");
        await node.UpdateAsync("stays", "4");
        await cluster.PassAsync(0.5);
        Assert.That(node.Handler.Diffs, Is.EqualTo(["t +stays=4 -stays=2"]));

        node.Handler.Clear();
        await node.TrackAsync("flaps", "1");
        await node.UntrackAsync("flaps");
        await cluster.PassAsync(0.5);
        Assert.That(node.Handler.Diffs, Is.Empty);
    }

    [Test]
    public void Options_are_checked()
    {
        AssertRefused(new() { DownPeriod = TimeSpan.FromMilliseconds(1) }, "DownPeriod is 00:00:00.0010000: set it to at least twice BroadcastPeriod, which is 00:00:01.5000000");
        AssertRefused(new() { PermdownPeriod = TimeSpan.FromSeconds(120), DownPeriod = TimeSpan.FromSeconds(1200) }, "PermdownPeriod is 00:02:00: set it to more than DownPeriod, which is 00:20:00");
        AssertRefused(new() { BroadcastPeriod = TimeSpan.MaxValue, MaxSilentPeriods = 0 }, "BroadcastPeriod is 10675199.02:48:05.4775807: set it to a time (d.hh:mm:ss) from 1 millisecond to 1 hour; TrackerOptions.MaxSilentPeriods is 0: set it to a number from 1 to 1,000");
        Assert.That(() => new TrackerOptions().Validate(), Throws.Nothing);
        Assert.That(new TrackerOptions().EffectiveDownPeriod, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task A_name_that_no_topic_could_carry_is_refused()
    {
        await using var node = await PubSubNode.StartAsync();
        Assert.That(() => new Tracker(node.PubSub, new string('n', 250), new RecordingHandler(), timeProvider: new FakeTimeProvider()), Throws.ArgumentException);
    }

    static void AssertRefused(TrackerOptions options, string message) => Assert.That(options.Validate, Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("TrackerOptions." + message));
}
