namespace PhoenixChannels.Presences;

/// <summary>Leaves of one topic that are held back for the grace period, unless the same key joins: then both go together.</summary>
internal sealed class HeldLeaves
{
    readonly List<(TrackedEntry Entry, long Since)> _leaves = [];

    public bool IsEmpty => _leaves.Count == 0;

    /// <summary>When the oldest one was taken.</summary>
    public long Oldest => _leaves[0].Since;

    public void Hold(TrackedEntry entry, long now) => _leaves.Add((entry, now));

    /// <summary>Moves to the diff what is due: what has waited long enough, and what has a join of its key in it.</summary>
    public void Release(PresenceDiff diff, Predicate<long> isDue) => _leaves.RemoveAll(leave =>
    {
        if (!isDue(leave.Since) && !diff.Joins.TryGetValue(leave.Entry.Key, out _)) return false;
        diff.Leaves.Add(leave.Entry);
        return true;
    });
}
