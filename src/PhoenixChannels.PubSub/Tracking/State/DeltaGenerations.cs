namespace PhoenixChannels.Tracking;

/// <summary>
/// The last changes, in a few sizes: who has missed little is sent the smallest that has all of it, and the whole state only if none has.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.Tracker.DeltaGeneration</c>.</remarks>
internal sealed class DeltaGenerations(IReadOnlyList<int> maxSizes)
{
    readonly Delta[] _generations = CreateGenerations(maxSizes.Count);

    public IReadOnlyList<Delta> Generations => _generations;

    /// <summary>Adds to every generation; one that becomes too large begins anew as the next smaller one.</summary>
    public void Push(Delta delta)
    {
        var smaller = delta;
        for (var i = 0; i < _generations.Length; i++)
        {
            var generation = _generations[i];
            generation.Merge(delta);
            if (generation.Size > maxSizes[i]) _generations[i] = smaller.Copy();
            smaller = generation;
        }
    }

    public void Remove(ReplicaId replica)
    {
        foreach (var generation in _generations) generation.Remove(replica);
    }

    /// <summary>What somebody lacks who has come as far as this clock. Null when nothing does.</summary>
    public Delta? Extract(TrackerState state, string forNode, Dictionary<ReplicaId, long> clock, out bool isWhole)
    {
        isWhole = false;
        if (!Lacks(state, forNode, clock, null)) return null;
        foreach (var generation in _generations)
            if (!Lacks(state, forNode, clock, generation)) return Select(generation, forNode, clock);
        isWhole = true;
        return state.Extract(forNode, clock);
    }

    /// <summary>Whether changes that are known here are neither in the clock nor in the delta.</summary>
    static bool Lacks(TrackerState state, string forNode, Dictionary<ReplicaId, long> clock, Delta? delta)
    {
        foreach (var replica in state.Replicas)
        {
            if (replica.Id.Name == forNode || !clock.TryGetValue(replica.Id, out var known)) continue;
            var context = replica.Part.Known.Context;
            if (context > known && delta?.Find(replica.Id)?.Known.Covers(known + 1, context) is not true) return true;
        }

        return false;
    }

    static Delta Select(Delta generation, string forNode, Dictionary<ReplicaId, long> clock)
    {
        var selected = new Delta();
        foreach (var part in generation.Parts)
            if (part.Id.Name != forNode && clock.ContainsKey(part.Id)) selected.Put(part);
        return selected;
    }

    static Delta[] CreateGenerations(int count)
    {
        var generations = new Delta[count];
        for (var i = 0; i < count; i++) generations[i] = new();
        return generations;
    }
}
