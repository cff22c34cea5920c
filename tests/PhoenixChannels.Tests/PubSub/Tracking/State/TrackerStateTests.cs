using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

// The cases of phoenix_pubsub's test/phoenix/tracker/state_test.exs.
public class TrackerStateTests
{
    [Test]
    public void A_new_state_is_empty()
    {
        var a = States.New("a");
        Assert.That(States.Keys(a.Extract("b", a.Clock())), Is.Empty);
        Assert.That(a.HasDelta, Is.False);
    }

    [Test]
    public void What_joins_is_listed_until_it_leaves()
    {
        var a = States.New("a");
        a.Join("lobby", "john", 1);
        Assert.That(a.Keys(), Is.EqualTo(["john"]));
        a.Leave("lobby", "john", 1);
        Assert.That(a.Keys(), Is.Empty);
        Assert.That(a.TopicCount, Is.Zero);
    }

    [Test]
    public void Entries_of_other_nodes_merge()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        b.Join("lobby", "bob", 1);
        AssertChanges(a.MergeAll(b), ["bob"], []);
        Assert.That(a.Keys(), Is.EqualTo(["alice", "bob"]));
        AssertNothingMore(a, b);
        AssertChanges(b.MergeAll(a), ["alice"], []);
        AssertNothingMore(b, a);

        a.Leave("lobby", "alice", 1);
        Assert.That(a.FirstOf(1), Is.Null);
        AssertChanges(b.MergeAll(a), [], ["alice"]);
        Assert.That(b.Keys(), Is.EqualTo(["bob"]));
        AssertNothingMore(b, a);

        var carol = b.Join("lobby", "carol", 2);
        Assert.That(b.Keys(), Is.EqualTo(["bob", "carol"]));
        AssertChanges(a.MergeAll(b), ["carol"], []);
        AssertNothingMore(a, b);
        Assert.That(a.Keys(), Is.EqualTo(b.Keys()));

        b.Leave(carol);
        b.Join("lobby", "carol", 2, "updated");
        var update = a.MergeAll(b);
        AssertChanges(update, ["carol"], ["carol"]);
        Assert.That((update.Joins[0].Meta(), update.Leaves[0].Meta()), Is.EqualTo(("updated", "{}")));
        AssertNothingMore(a, b);
    }

    [Test]
    public void Entries_of_a_node_that_is_down_are_hidden_and_come_back()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        b.Join("lobby", "bob", 1);
        AssertChanges(a.MergeAll(b), ["bob"], []);
        a.Join("lobby", "carol", 2);
        a.Leave("lobby", "alice", 1);
        a.Join("lobby", "david", 3);
        AssertChanges(a.Down(b.Self), [], ["bob"]);
        Assert.That(a.Keys(), Is.EqualTo(["carol", "david"]));
        AssertNothingMore(a, b);
        Assert.That(a.Keys(), Is.EqualTo(["carol", "david"]));
        AssertChanges(a.Up(b.Self), ["bob"], []);
        Assert.That(a.Keys(), Is.EqualTo(["bob", "carol", "david"]));
    }

    // A departure: what is learned of a node while it is down is reported when it is up, not twice.
    [Test]
    public void Joins_are_observed_by_way_of_another_node()
    {
        var (a, b, c) = Three();
        a.Join("lobby", "alice", 1);
        AssertChanges(c.MergeAll(a), ["alice"], []);
        Assert.That(a.Down(c.Self).IsEmpty, Is.True);
        AssertChanges(c.Down(a.Self), [], ["alice"]);
        a.Join("lobby", "bob", 2);
        AssertChanges(b.MergeAll(a), ["alice", "bob"], []);
        Assert.That(c.MergeDelta(b.Extract("c", ClockWith(c, a))).IsEmpty, Is.True);
        Assert.That(c.Keys(), Is.Empty);
        AssertChanges(c.Up(a.Self), ["alice", "bob"], []);
    }

    [Test]
    public void Leaves_are_observed_by_way_of_another_node()
    {
        var (a, b, c) = Three();
        a.Join("lobby", "alice", 1);
        AssertChanges(c.MergeAll(a), ["alice"], []);
        a.Join("lobby", "bob", 2);
        AssertChanges(b.MergeAll(a), ["alice", "bob"], []);
        AssertChanges(c.MergeAll(b), ["bob"], []);
        a.Leave("lobby", "bob", 2);
        AssertChanges(b.MergeAll(a), [], ["bob"]);
        AssertChanges(c.MergeAll(b), [], ["bob"]);

        // And while the node is down: without a report, since it is hidden.
        a.Join("lobby", "dora", 3);
        b.MergeAll(a);
        c.Down(a.Self);
        a.Leave("lobby", "alice", 1);
        b.MergeAll(a);
        Assert.That(c.MergeDelta(b.Extract("c", ClockWith(c, a))).IsEmpty, Is.True);
        AssertChanges(c.Up(a.Self), ["dora"], []);
    }

    [Test]
    public void An_owner_finds_what_is_its_own()
    {
        var state = States.New("a");
        Assert.That(state.FirstOf(1), Is.Null);
        var entry = state.Join("topic", "key1", 1);
        Assert.That(state.FirstOf(1), Is.SameAs(entry));
        Assert.That(entry.Dot, Is.EqualTo(1));
        Assert.That(state.Find("topic", "key1", 1), Is.SameAs(entry));
        Assert.That(state.Find("notopic", "key1", 1), Is.Null);
        Assert.That(state.Find("topic", "nokey", 1), Is.Null);
        Assert.That(state.Find("topic", "key1", 2), Is.Null);
    }

    [Test]
    public void A_key_has_the_entries_of_all_its_owners_the_oldest_first()
    {
        var state = States.New("a");
        Assert.That(ByKey(state, "topic", "key1"), Is.Empty);
        state.Join("topic", "key1", 1, "browser");
        state.Join("topic", "key2", 2, "ios");
        state.Join("topic", "key1", 2, "ios");
        Assert.That(ByKey(state, "topic", "key1"), Is.EqualTo(["browser", "ios"]));
        Assert.That(ByKey(state, "another_topic", "key1"), Is.Empty);
        Assert.That(ByKey(state, "topic", "another_key"), Is.Empty);
    }

    [Test]
    public void A_topic_has_the_entries_of_all_nodes_that_are_up()
    {
        var (a, b, c) = Three();
        foreach (var state in new[] { a, b, c }) Assert.That(state.Clock().Values, Is.EqualTo([0, 0, 0]));
        Assert.That(a.Keys("topic"), Is.Empty);
        a.Join("topic", "key1", 1);
        a.Join("topic", "key2", 1);
        b.Join("topic", "user2", 1);
        c.Join("topic", "user3", 1);
        Assert.That(a.Keys("topic"), Is.EqualTo(["key1", "key2"]));
        a.MergeAll(b);
        a.MergeAll(c);
        Assert.That(a.Keys("topic"), Is.EqualTo(["key1", "key2", "user2", "user3"]));
        a.Down(b.Self);
        Assert.That(a.Keys("topic"), Is.EqualTo(["key1", "key2", "user3"]));
        a.Down(c.Self);
        Assert.That(a.Keys("topic"), Is.EqualTo(["key1", "key2"]));
        Assert.That(a.Keys("another:topic"), Is.Empty);
    }

    [Test]
    public void A_node_that_is_gone_for_good_is_forgotten()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        b.Join("lobby", "bob", 1);
        b.MergeAll(a);
        Assert.That(b.Keys(), Is.EqualTo(["alice", "bob"]));
        AssertChanges(b.Down(a.Self), [], ["alice"]);
        Assert.That(b.Remove(a.Self).IsEmpty, Is.True);
        Assert.That(b.Up(a.Self).IsEmpty, Is.True);
        Assert.That(b.Keys(), Is.EqualTo(["bob"]));
        AssertChanges(b.MergeAll(a), ["alice"], []);
        AssertChanges(b.Remove(a.Self), [], ["alice"]);
        Assert.That(b.MergeDelta(a.Delta).IsEmpty, Is.True, "nobody brings back a node that is gone");
    }

    [Test]
    public void Deltas_merge()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        b.Join("lobby", "bob", 1);
        AssertChanges(b.MergeDelta(a.Delta), ["alice"], []);
        Assert.That((b.Clock()[a.Self], b.Clock()[b.Self]), Is.EqualTo((1, 1)));
        a.TakeDelta();
        a.Leave("lobby", "alice", 1);
        AssertChanges(b.MergeDelta(a.Delta), [], ["alice"]);
        Assert.That((b.Clock()[a.Self], b.Clock()[b.Self]), Is.EqualTo((2, 1)));
        a.Join("lobby", "alice", 1);
        AssertChanges(b.MergeDelta(a.Delta), ["alice"], []);
        Assert.That((b.Clock()[a.Self], b.Clock()[b.Self]), Is.EqualTo((3, 1)));
        Assert.That(States.Describe(b), Does.StartWith("a:1-3 b:1-1 |"), "without a cloud");
    }

    // A departure: deltas with a gap between them merge, since what is between stays unknown.
    [Test]
    public void Deltas_with_a_gap_between_them_leave_the_gap_unknown()
    {
        var s = States.New("s");
        s.Join("lobby", "user1", 1);
        var first = s.TakeDelta();
        s.Join("lobby", "user2", 2);
        var second = s.TakeDelta();
        s.Join("lobby", "user3", 3);
        var third = s.TakeDelta();
        foreach (var merged in new[] { States.Merged(first, third), States.Merged(third, first) })
            Assert.That((States.Known(merged), States.Keys(merged)), Is.EqualTo(("s:1-1,3-3", new[] { "user1", "user3" })));
        var other = States.New("o");
        other.Up(s.Self);
        AssertChanges(other.MergeDelta(States.Merged(first, third)), ["user1", "user3"], []);
        Assert.That(other.Clock()[s.Self], Is.EqualTo(1));
        AssertChanges(other.MergeDelta(second), ["user2"], []);
        Assert.That(other.Clock()[s.Self], Is.EqualTo(3));
    }

    [Test]
    public void Only_what_the_other_knows_of_is_extracted()
    {
        var (a, b, c) = (States.New("a"), States.New("b"), States.New("c"));
        a.Up(b.Self);
        b.Up(a.Self);
        b.Up(c.Self);
        a.Join("lobby", "user1", 1);
        b.Join("lobby", "user2", 1);
        c.Join("lobby", "user3", 1);
        a.MergeDelta(b.Delta);
        b.MergeDelta(a.Delta);
        b.MergeDelta(c.Delta);
        Assert.That(States.Known(b.Extract("a", a.Clock())), Is.EqualTo("b:1-1"), "and nothing of what it is the source of");
    }

    [Test]
    public void Deltas_of_different_nodes_merge_into_one()
    {
        var (a, b) = (States.New("a"), States.New("b"));
        a.Join("lobby", "user1", 1);
        a.Join("private", "user1", 1);
        b.Join("lobby", "user2", 2);
        b.Join("private", "user2", 2);
        var merged = States.Merged(a.Delta, b.Delta);
        Assert.That(States.Describe(merged), Is.EqualTo(
            "a:1-2 b:1-2 | a@1/1:lobby/user1/1={} a@1/2:private/user1/1={} b@1/1:lobby/user2/2={} b@1/2:private/user2/2={}"));
    }

    // Phoenix lets a node remove what another has added; here every entry is its own node's to remove.
    [Test]
    public void Deltas_with_removals_merge()
    {
        var (a, b) = Two();
        a.Join("lobby", "user1", 1);
        a.Join("private", "user1", 1);
        b.Join("lobby", "user1", 1);
        b.Leave("lobby", "user1", 1);
        var merged = States.Merged(a.Delta, b.Delta);
        Assert.That(States.Describe(merged), Is.EqualTo("a:1-2 b:1-2 | a@1/1:lobby/user1/1={} a@1/2:private/user1/1={}"), "a concurrent join stays");
        Assert.That(States.Describe(States.Merged(merged, b.Delta)), Is.EqualTo(States.Describe(merged)), "twice is once");
        a.Leave("private", "user1", 1);
        Assert.That(States.Describe(States.Merged(merged, a.Delta)), Is.EqualTo("a:1-3 b:1-2 | a@1/1:lobby/user1/1={}"), "a removal is remembered");
        Assert.That(States.Describe(States.Merged(a.Delta, merged)), Is.EqualTo("a:1-3 b:1-2 | a@1/1:lobby/user1/1={}"), "whichever comes first");
    }

    [Test]
    public void A_node_keeps_its_entries_when_it_becomes_another_replica()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        a.Join("lobby", "gone", 1);
        a.Leave("lobby", "gone", 1);
        b.MergeAll(a);
        a.Renew(States.Id("a", 2));
        Assert.That(a.Keys(), Is.EqualTo(["alice"]));
        Assert.That(a.Find("lobby", "alice", 1)!.Dot, Is.EqualTo(1));
        b.Remove(States.Id("a"));
        b.Up(a.Self);
        AssertChanges(b.MergeDelta(a.Delta), ["alice"], []);
    }

    [Test]
    public void A_delta_that_was_not_sent_is_given_back()
    {
        var (a, b) = Two();
        a.Join("lobby", "alice", 1);
        a.Join("lobby", "bob", 2);
        var unsent = a.TakeDelta();
        a.Leave("lobby", "alice", 1);
        a.Join("lobby", "carol", 3);
        a.ReturnDelta(unsent);
        AssertChanges(b.MergeDelta(a.Delta), ["bob", "carol"], []);
        Assert.That(b.Clock()[a.Self], Is.EqualTo(4));
    }

    static (TrackerState A, TrackerState B) Two() => States.Connected("a", "b") is [var a, var b] ? (a, b) : default;

    static (TrackerState A, TrackerState B, TrackerState C) Three() => States.Connected("a", "b", "c") is [var a, var b, var c] ? (a, b, c) : default;

    static Dictionary<ReplicaId, long> ClockWith(TrackerState state, TrackerState hidden) => new(state.Clock()) { [hidden.Self] = 0 };

    static string[] ByKey(TrackerState state, string topic, string key)
    {
        List<Entry> entries = [];
        state.List(topic, key, entries);
        return [.. entries.Select(entry => entry.Meta())];
    }

    static void AssertChanges(Changes changes, string[] joins, string[] leaves) =>
        Assert.That((States.Keys(changes.Joins), States.Keys(changes.Leaves)), Is.EqualTo((joins, leaves)));

    static void AssertNothingMore(TrackerState state, TrackerState other)
    {
        var before = States.Describe(state);
        Assert.That(state.MergeAll(other).IsEmpty, Is.True);
        Assert.That(States.Describe(state), Is.EqualTo(before));
    }
}
