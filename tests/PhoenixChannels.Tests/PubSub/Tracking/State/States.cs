using System.Text;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

/// <summary>Short words for tests of states. What goes from one to another goes as bytes, as between nodes.</summary>
static class States
{
    public static TrackerState New(string name) => new(Id(name));

    public static ReplicaId Id(string name, ulong incarnation = 1) => new(name, incarnation);

    /// <summary>States of which each knows that the others are up.</summary>
    public static TrackerState[] Connected(params string[] names)
    {
        var states = names.Select(New).ToArray();
        foreach (var state in states)
            foreach (var other in states)
                if (state != other) Assert.That(state.Up(other.Self).IsEmpty, Is.True);
        return states;
    }

    public static Entry Join(this TrackerState state, string topic, string key, long owner, string meta = "{}") => state.Join(topic, key, owner, Encoding.UTF8.GetBytes(meta));

    public static void Leave(this TrackerState state, string topic, string key, long owner) =>
        state.Leave(state.Find(topic, key, owner) ?? throw new InvalidOperationException("not tracked"));

    public static Changes Up(this TrackerState state, ReplicaId replica)
    {
        var changes = new Changes();
        state.ReplicaUp(replica, changes);
        return changes;
    }

    public static Changes Down(this TrackerState state, ReplicaId replica)
    {
        var changes = new Changes();
        state.ReplicaDown(replica, changes);
        return changes;
    }

    public static Changes Remove(this TrackerState state, ReplicaId replica)
    {
        var changes = new Changes();
        state.RemoveReplica(replica, changes);
        return changes;
    }

    /// <summary>Merges all that another state knows and this one asks for.</summary>
    public static Changes MergeAll(this TrackerState state, TrackerState other) => state.MergeDelta(other.Extract(state.Self.Name, state.Clock()));

    public static Changes MergeDelta(this TrackerState state, Delta delta)
    {
        var changes = new Changes();
        state.Merge(Sent(delta), changes);
        return changes;
    }

    public static Delta Sent(Delta delta) => TrackerCodec.TryRead(TrackerCodec.Write(new(MessageKind.State, Id("sender")) { Delta = delta }))!.Delta!;

    public static Delta Copy(Delta delta) => Sent(delta);

    public static Delta Merged(Delta first, Delta second)
    {
        var merged = Copy(first);
        merged.Merge(Copy(second));
        return merged;
    }

    /// <summary>Keys of what a topic shows, in order.</summary>
    public static string[] Keys(this TrackerState state, string topic = "lobby")
    {
        List<Entry> entries = [];
        state.List(topic, entries);
        Assert.That(state.Count(topic), Is.EqualTo(entries.Count));
        return Keys(entries);
    }

    public static string[] Keys(IEnumerable<Entry> entries) => [.. entries.Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    public static string[] Keys(Delta delta) => Keys(delta.Parts.SelectMany(part => part.Entries.Items.ToArray()).OfType<Entry>());

    public static string Meta(this Entry entry) => Encoding.UTF8.GetString(entry.Meta);

    /// <summary>Known dots as text: <c>a:1-3</c>.</summary>
    public static string Known(Delta delta) => string.Join(' ', delta.Parts.Where(part => part.Size > 0).OrderBy(part => part.Id.Name, StringComparer.Ordinal)
        .Select(part => $"{part.Id.Name}:{string.Join(',', part.Known.Ranges.ToArray().Select(range => $"{range.First}-{range.Last}"))}"));

    /// <summary>All that can be observed of a delta.</summary>
    public static string Describe(Delta delta) => Known(delta) + " | " + string.Join(' ', delta.Parts.OrderBy(part => part.Id.Name, StringComparer.Ordinal)
        .SelectMany(part => part.Entries.Items.ToArray().OfType<Entry>().Select(entry => $"{part.Id}/{entry.Dot}:{entry.Topic}/{entry.Key}/{entry.Owner}={entry.Meta()}")));

    /// <summary>All that can be observed of a state.</summary>
    public static string Describe(TrackerState state)
    {
        var all = new Delta();
        foreach (var replica in state.Replicas) all.Put(replica.Part);
        return Describe(all);
    }
}
