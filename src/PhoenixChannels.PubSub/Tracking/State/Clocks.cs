namespace PhoenixChannels.Tracking;

/// <summary>Compares clocks. The counterpart of <c>Phoenix.Tracker.Clock</c>.</summary>
internal static class Clocks
{
    /// <summary>Whether <paramref name="clock"/> has come at least as far as <paramref name="other"/> in all that the other knows.</summary>
    public static bool Dominates(Dictionary<ReplicaId, long> clock, Dictionary<ReplicaId, long> other)
    {
        foreach (var (replica, dot) in other)
            if (clock.GetValueOrDefault(replica) < dot) return false;
        return true;
    }

    /// <summary>Adds a node's clock to a set and keeps only those that no other dominates. Of equal ones the last to come stays.</summary>
    public static void Append(List<KeyValuePair<ReplicaId, Dictionary<ReplicaId, long>>> clocks, ReplicaId node, Dictionary<ReplicaId, long> clock)
    {
        clocks.RemoveAll(other => Dominates(clock, other.Value));
        foreach (var (_, other) in clocks)
            if (Dominates(other, clock)) return;
        clocks.Add(new(node, clock));
    }
}
