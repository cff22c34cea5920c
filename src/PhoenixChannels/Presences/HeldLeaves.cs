namespace PhoenixChannels.Presences;

/// <summary>
/// Leaves of one topic that are held back for the grace period, unless the same key joins: then both go together. What a call costs does
/// not depend on how many are held: they are many just when many come back.
/// </summary>
internal sealed class HeldLeaves
{
    // In the order of their times; those that went with a join stay until they are the first.
    readonly Queue<Leave> _leaves = new();
    readonly Dictionary<string, List<Leave>> _byKey = new(StringComparer.Ordinal);

    public bool IsEmpty => _byKey.Count == 0;

    /// <summary>When the oldest one was taken. To be read behind <see cref="Release"/>, when it is not empty.</summary>
    public long Oldest => _leaves.Peek().Since;

    public void Hold(TrackedEntry entry, long now)
    {
        var leave = new Leave(entry, now);
        _leaves.Enqueue(leave);
        if (!_byKey.TryGetValue(entry.Key, out var ofKey)) _byKey.Add(entry.Key, ofKey = new(1));
        ofKey.Add(leave);
    }

    /// <summary>
    /// Moves to the diff what is due: what has waited long enough, and what has a join of its key in it. A meta that left and has come back, as those
    /// of a node that was cut off do, was never away: it is taken out of the joins.
    /// </summary>
    /// <param name="diff">What else has changed.</param>
    /// <param name="isDue">Whether what was taken then has waited long enough.</param>
    public void Release(PresenceDiff diff, Predicate<long> isDue)
    {
        if (!IsEmpty)
            foreach (var key in diff.Joins.Keys.ToArray())
                if (_byKey.TryGetValue(key, out var ofKey)) ReleaseJoined(diff, key, ofKey);

        while (_leaves.TryPeek(out var leave) && (leave.IsReleased || isDue(leave.Since)))
        {
            _leaves.Dequeue();
            if (leave.IsReleased) continue;
            diff.Leaves.Add(leave.Entry);
            var ofKey = _byKey[leave.Entry.Key];
            ofKey.Remove(leave);
            if (ofKey.Count == 0) _byKey.Remove(leave.Entry.Key);
        }
    }

    void ReleaseJoined(PresenceDiff diff, string key, List<Leave> leaves)
    {
        leaves.RemoveAll(leave => leave.IsReleased = diff.Joins.Remove(leave.Entry));
        if (diff.Joins.TryGetValue(key, out _))
        {
            foreach (var leave in leaves)
            {
                leave.IsReleased = true;
                diff.Leaves.Add(leave.Entry);
            }

            leaves.Clear();
        }

        if (leaves.Count == 0) _byKey.Remove(key);
    }

    sealed class Leave(TrackedEntry entry, long since)
    {
        public TrackedEntry Entry => entry;

        public long Since => since;

        public bool IsReleased { get; set; }
    }
}
