using CsCheck;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

/// <summary>The laws that make it a CRDT, on the histories of three nodes.</summary>
public class MergeLawTests
{
    /// <summary>Who does it, with which key, what, and whether a delta ends there.</summary>
    static readonly Gen<(int Node, int Key, int Action, bool Cut)[]> s_history =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Bool).Array[0, 60];

    [Test]
    public void Merging_is_commutative() => Gen.Select(s_history, Gen.Int[0, int.MaxValue]).Sample((history, seed) =>
    {
        var (_, deltas) = Play(history);
        var random = new Random(seed);
        var (first, second) = (Some(deltas, random), Some(deltas, random));
        AssertSame(States.Merged(first, second), States.Merged(second, first));
    });

    [Test]
    public void Merging_is_associative() => Gen.Select(s_history, Gen.Int[0, int.MaxValue]).Sample((history, seed) =>
    {
        var (_, deltas) = Play(history);
        var random = new Random(seed);
        var (first, second, third) = (Some(deltas, random), Some(deltas, random), Some(deltas, random));
        AssertSame(States.Merged(States.Merged(first, second), third), States.Merged(first, States.Merged(second, third)));
    });

    [Test]
    public void Merging_is_idempotent() => Gen.Select(s_history, Gen.Int[0, int.MaxValue]).Sample((history, seed) =>
    {
        var (_, deltas) = Play(history);
        var some = Some(deltas, new(seed));
        AssertSame(States.Merged(some, some), some);
        var state = Observer();
        state.MergeDelta(some);
        Assert.That(state.MergeDelta(some).IsEmpty, Is.True);
    });

    [Test]
    public void Deltas_in_any_order_and_number_equal_the_full_states() => Gen.Select(s_history, Gen.Int[0, int.MaxValue]).Sample((history, seed) =>
    {
        var (nodes, deltas) = Play(history);
        var (byDeltas, byStates) = (Observer(), Observer());
        var random = new Random(seed);
        var repeated = deltas.Concat(deltas.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(repeated);
        HashSet<(string, string)> heard = [];
        foreach (var delta in repeated)
        {
            var changes = byDeltas.MergeDelta(delta);
            foreach (var leave in changes.Leaves) Assert.That(heard.Remove((leave.Key, leave.Meta())), Is.True);
            foreach (var join in changes.Joins) Assert.That(heard.Add((join.Key, join.Meta())), Is.True);
        }

        foreach (var node in nodes) byStates.MergeAll(node);
        Assert.That(States.Describe(byDeltas), Is.EqualTo(States.Describe(byStates)));
        Assert.That(byDeltas.Keys(), Is.EqualTo(nodes.SelectMany(node => node.Keys()).Order(StringComparer.Ordinal)));
        Assert.That(heard, Has.Count.EqualTo(byDeltas.Count("lobby")));
    });

    [Test]
    public void A_state_that_comes_late_changes_nothing() => Gen.Select(s_history, s_history).Sample((earlier, later) =>
    {
        var nodes = Nodes();
        Play(nodes, earlier);
        var observer = Observer();
        var late = nodes.Select(node => States.Copy(node.Extract("observer", observer.Clock()))).ToArray();
        Play(nodes, later);
        foreach (var node in nodes) observer.MergeAll(node);
        foreach (var delta in late) Assert.That(observer.MergeDelta(delta).IsEmpty, Is.True);
    });

    [Test]
    public void Compaction_changes_nothing_that_can_be_observed() => s_history.Sample(history =>
    {
        // One by one, from the last: a cloud to the end. And from the first: compact all the way.
        var (_, deltas) = Play(history);
        var (clouded, compact) = (Observer(), Observer());
        for (var i = deltas.Count - 1; i > 0; i--) clouded.MergeDelta(deltas[i]);
        for (var i = 1; i < deltas.Count; i++) compact.MergeDelta(deltas[i]);
        Assert.That(States.Describe(clouded), Is.EqualTo(States.Describe(compact)));
        if (deltas.Count == 0) return;
        clouded.MergeDelta(deltas[0]);
        foreach (var replica in clouded.Replicas) Assert.That(replica.Part.Known.RangeCount, Is.LessThanOrEqualTo(1));
    });

    [Test]
    public void A_delta_in_pieces_equals_the_delta_and_a_lost_piece_is_only_unknown() => Gen.Select(s_history, Gen.Int[1, 200], Gen.Int[0, int.MaxValue]).Sample((history, size, seed) =>
    {
        var (nodes, _) = Play(history);
        var (whole, pieces, lossy) = (Observer(), Observer(), Observer());
        var random = new Random(seed);
        foreach (var node in nodes)
        {
            var delta = node.Extract("observer", whole.Clock());
            whole.MergeDelta(delta);
            var chunks = DeltaChunks.Split(delta, size).Select(States.Copy).ToArray();
            random.Shuffle(chunks);
            foreach (var chunk in chunks)
            {
                pieces.MergeDelta(chunk);
                if (random.Next(2) == 0) lossy.MergeDelta(chunk);
            }

            // What comes in the wrong order stays unknown until it comes again.
            foreach (var chunk in chunks) pieces.MergeDelta(chunk);
        }

        Assert.That(States.Describe(pieces), Is.EqualTo(States.Describe(whole)));
        foreach (var node in nodes)
            if (lossy.Clock()[node.Self] == node.Clock()[node.Self]) lossy.Remove(node.Self);
        foreach (var node in nodes) lossy.Up(node.Self);
        foreach (var node in nodes) lossy.MergeAll(node);
        Assert.That(States.Describe(lossy), Is.EqualTo(States.Describe(whole)));
    });

    static TrackerState[] Nodes() => [States.New("a"), States.New("b"), States.New("c")];

    static TrackerState Observer()
    {
        var observer = States.New("observer");
        foreach (var name in new[] { "a", "b", "c" }) observer.Up(States.Id(name));
        return observer;
    }

    static (TrackerState[] Nodes, List<Delta> Deltas) Play((int, int, int, bool)[] history)
    {
        var nodes = Nodes();
        return (nodes, Play(nodes, history));
    }

    static List<Delta> Play(TrackerState[] nodes, (int, int, int, bool)[] history)
    {
        List<Delta> deltas = [];
        foreach (var (number, keyNumber, action, cut) in history)
        {
            var (node, key) = (nodes[number], $"{number}-{keyNumber}");
            if (node.Find("lobby", key, 1) is not { } entry) node.Join("lobby", key, 1, $"{node.Clock()[node.Self]}");
            else if (action == 0) node.Leave(entry);
            else
            {
                node.Leave(entry);
                node.Join("lobby", key, 1, $"{node.Clock()[node.Self]}");
            }

            if (cut) deltas.Add(States.Copy(node.TakeDelta()));
        }

        foreach (var node in nodes)
            if (node.HasDelta) deltas.Add(States.Copy(node.TakeDelta()));
        return deltas;
    }

    static Delta Some(List<Delta> deltas, Random random)
    {
        var some = new Delta();
        foreach (var delta in deltas)
            if (random.Next(2) == 0) some.Merge(States.Copy(delta));
        return some;
    }

    static void AssertSame(Delta first, Delta second) => Assert.That(States.Describe(first), Is.EqualTo(States.Describe(second)));
}
