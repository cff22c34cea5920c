namespace PhoenixChannels.Tracking;

/// <summary>
/// What is known of one replica: a set of its changes, and the entries that are left of them. The whole of it, a range of it, or
/// any other piece: all have this shape and merge in the same way.
/// </summary>
/// <remarks>A known dot without an entry is one that was removed, or the removal itself. A piece with a removal knows what it removed.</remarks>
internal sealed class Part(ReplicaId id)
{
    public ReplicaId Id => id;

    public DotSet Known { get; } = new();

    public DotIndex Entries { get; } = new();

    /// <summary>Dots whose entries another message carries: they are alive, and unknown to whoever does not have them yet.</summary>
    public DotSet? LiveElsewhere { get; set; }

    public int Size => Known.RangeCount + Entries.Count;

    public void Join(Entry entry)
    {
        Known.Add(entry.Dot);
        Entries.Add(entry);
    }

    public void Leave(long removed, long dot)
    {
        Known.Add(removed);
        Known.Add(dot);
        Entries.Remove(removed);
    }

    /// <summary>Merges another piece of the same replica.</summary>
    /// <param name="owner">Takes the entries over, as copies when they belong to somebody already; null shares them.</param>
    public void Merge(Part other, Replica? owner, Changes changes)
    {
        var (joins, leaves) = (changes.Joins.Count, changes.Leaves.Count);
        foreach (var range in other.Known.Ranges)
            foreach (var entry in Entries.Slice(range))
                if (entry is not null && other.Entries.Find(entry.Dot) is null && other.LiveElsewhere?.Contains(entry.Dot) is not true) changes.Leaves.Add(entry);
        foreach (var entry in other.Entries.Items)
            if (entry is not null && !Known.Contains(entry.Dot)) changes.Joins.Add(owner is null ? entry : owner.Take(entry));
        for (; leaves < changes.Leaves.Count; leaves++) Entries.Remove(changes.Leaves[leaves].Dot);
        for (; joins < changes.Joins.Count; joins++) Entries.Add(changes.Joins[joins]);
        // What is only known to be alive stays unknown to who does not have it.
        Known.UnionWith(other.LiveElsewhere is null ? other.Known : other.Known.Except(other.LiveElsewhere.Except(Known)));
    }
}
