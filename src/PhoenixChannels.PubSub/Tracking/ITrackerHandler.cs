namespace PhoenixChannels;

/// <summary>Is told what a <see cref="Tracker"/> sees change. The counterpart of the callbacks of Phoenix.Tracker.</summary>
/// <remarks>
/// Called on the tracker's own turn, one call at a time per shard and so per topic, in order: what takes time belongs on a queue. What it throws is logged and
/// counted, and the tracker goes on.
/// </remarks>
public interface ITrackerHandler
{
    /// <summary>
    /// Entries have come or gone, on this node or another. Each topic is there once. An update is the leave of the old meta and the
    /// join of the new one.
    /// </summary>
    void HandleDiff(IReadOnlyList<TopicDiff> diff);

    /// <summary>Another node has become visible, hidden, or forgotten. Once per shard.</summary>
    void HandleReplica(string node, ReplicaStatus status)
    {
    }
}
