using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

// The cases of phoenix_pubsub's test/phoenix/tracker/delta_generation_test.exs.
public class DeltaGenerationsTests
{
    // The sizes are of entries and ranges; Phoenix counts every dot, so its numbers are larger for the same steps.
    [Test]
    public void Generations_hold_the_last_changes_in_several_sizes()
    {
        var (s1, s2) = (States.New("s1"), States.New("s2"));
        var generations = new DeltaGenerations([2, 3, 4]);
        s1.Join("lobby", "user1", 1);
        generations.Push(States.Copy(s1.Delta));
        AssertKeys(generations, ["user1"], ["user1"], ["user1"]);
        AssertKnown(generations, "s1:1-1", "s1:1-1", "s1:1-1");
        generations.Push(States.Copy(s1.Delta));
        AssertKeys(generations, ["user1"], ["user1"], ["user1"]);

        PushJoin(generations, s1, "user2", 2);
        AssertKeys(generations, ["user2"], ["user1", "user2"], ["user1", "user2"]);
        AssertKnown(generations, "s1:2-2", "s1:1-2", "s1:1-2");
        PushJoin(generations, s1, "user3", 3);
        AssertKeys(generations, ["user3"], ["user2", "user3"], ["user1", "user2", "user3"]);
        AssertKnown(generations, "s1:3-3", "s1:2-3", "s1:1-3");
        PushJoin(generations, s1, "user4", 4);
        AssertKeys(generations, ["user4"], ["user3", "user4"], ["user2", "user3", "user4"]);
        AssertKnown(generations, "s1:4-4", "s1:3-4", "s1:2-4");

        // Another node's.
        s2.Join("lobby", "user5", 5);
        generations.Push(States.Copy(s2.Delta));
        AssertKeys(generations, ["user5"], ["user4", "user5"], ["user3", "user4", "user5"]);
        AssertKnown(generations, "s2:1-1", "s1:4-4 s2:1-1", "s1:3-4 s2:1-1");

        // Removals.
        s2.Leave("lobby", "user5", 5);
        generations.Push(States.Copy(s2.Delta));
        AssertKeys(generations, [], ["user4"], ["user3", "user4"]);
        AssertKnown(generations, "s2:1-2", "s1:4-4 s2:1-2", "s1:3-4 s2:1-2");
    }

    [Test]
    public void A_gap_is_not_answered_from_generations()
    {
        var (s1, s3) = (States.New("s1"), States.New("s3"));
        s1.Up(s3.Self);
        var generations = new DeltaGenerations([5, 10, 15]);
        s3.Join("lobby", "user3", 1);
        Receive(generations, s1, s3.TakeDelta());
        s3.Join("lobby", "user4", 1);
        s1.MergeDelta(s3.TakeDelta());
        s3.Join("lobby", "user5", 1);
        Receive(generations, s1, s3.TakeDelta());
        Assert.That(Extract(generations, s1, (s3.Self, 0)), Is.EqualTo((true, new[] { "user3", "user4", "user5" })));
        Assert.That(Extract(generations, s1, (s3.Self, 1)), Is.EqualTo((true, new[] { "user3", "user4", "user5" })));
        Assert.That(Extract(generations, s1, (s3.Self, 2)), Is.EqualTo((false, new[] { "user3", "user5" })));
    }

    [Test]
    public void A_node_that_is_gone_for_good_is_taken_out()
    {
        var (s2, s3) = (States.New("s2"), States.New("s3"));
        var generations = new DeltaGenerations([5, 10, 15]);
        s2.Join("lobby", "user2", 1);
        generations.Push(States.Copy(s2.Delta));
        AssertKeys(generations, ["user2"], ["user2"], ["user2"]);
        generations.Remove(s2.Self);
        AssertKeys(generations, [], [], []);
        s3.Up(s2.Self);
        Assert.That(s3.MergeDelta(generations.Generations[0]).IsEmpty, Is.True);
        Assert.That(s3.Keys(), Is.Empty);
    }

    [Test]
    public void Without_deltas_the_whole_state_is_extracted()
    {
        var s1 = States.New("s1");
        s1.Join("lobby", "user1", 1);
        Assert.That(Extract(new([5]), s1, (s1.Self, 0)), Is.EqualTo((true, new[] { "user1" })));
    }

    [Test]
    public void The_smallest_sufficient_generation_is_extracted()
    {
        var s1 = States.New("s1");
        var generations = new DeltaGenerations([2, 3, 4]);
        foreach (var number in Enumerable.Range(1, 5)) PushJoin(generations, s1, $"user{number}", number);
        AssertKeys(generations, ["user5"], ["user4", "user5"], ["user3", "user4", "user5"]);
        Assert.That(Extract(generations, s1, (s1.Self, 4)), Is.EqualTo((false, new[] { "user5" })));
        Assert.That(Extract(generations, s1, (s1.Self, 3)), Is.EqualTo((false, new[] { "user4", "user5" })));
        Assert.That(Extract(generations, s1, (s1.Self, 2)), Is.EqualTo((false, new[] { "user3", "user4", "user5" })));
        Assert.That(Extract(generations, s1, (s1.Self, 1)), Is.EqualTo((true, new[] { "user1", "user2", "user3", "user4", "user5" })));
    }

    [Test]
    public void Nothing_is_extracted_for_who_has_it_all()
    {
        var s1 = States.New("s1");
        var generations = new DeltaGenerations([5]);
        PushJoin(generations, s1, "user1", 1);
        Assert.That(generations.Extract(s1, "other", new() { [s1.Self] = 1 }, out _), Is.Null);
        Assert.That(generations.Extract(s1, "other", [], out _), Is.Null, "who knows nobody asks for nothing");
        Assert.That(generations.Extract(s1, "s1", new() { [s1.Self] = 0 }, out _), Is.Null, "nobody is told of itself");
    }

    [Test]
    public void A_generation_that_suffices_for_one_node_but_not_for_another_is_not_extracted()
    {
        var (s1, s2) = (States.New("s1"), States.New("s2"));
        s1.Up(s2.Self);
        var generations = new DeltaGenerations([2, 10]);
        s2.Join("lobby", "other1", 1);
        Receive(generations, s1, s2.TakeDelta());
        PushJoin(generations, s1, "user1", 1);
        AssertKeys(generations, ["user1"], ["other1", "user1"]);
        Assert.That(Extract(generations, s1, (s1.Self, 0), (s2.Self, 1)), Is.EqualTo((false, new[] { "user1" })));
        Assert.That(Extract(generations, s1, (s1.Self, 0), (s2.Self, 0)), Is.EqualTo((false, new[] { "other1", "user1" })));
    }

    static void PushJoin(DeltaGenerations generations, TrackerState state, string key, long owner)
    {
        state.TakeDelta();
        state.Join("lobby", key, owner);
        generations.Push(States.Copy(state.Delta));
    }

    static void Receive(DeltaGenerations generations, TrackerState state, Delta delta)
    {
        state.MergeDelta(delta);
        generations.Push(States.Copy(delta));
    }

    static (bool IsWhole, string[] Keys) Extract(DeltaGenerations generations, TrackerState state, params (ReplicaId, long)[] clock)
    {
        var delta = generations.Extract(state, "other", clock.ToDictionary(), out var isWhole);
        return (isWhole, States.Keys(delta!));
    }

    static void AssertKeys(DeltaGenerations generations, params string[][] keys) => Assert.That(generations.Generations.Select(States.Keys), Is.EqualTo(keys));

    static void AssertKnown(DeltaGenerations generations, params string[] known) => Assert.That(generations.Generations.Select(States.Known), Is.EqualTo(known));
}
