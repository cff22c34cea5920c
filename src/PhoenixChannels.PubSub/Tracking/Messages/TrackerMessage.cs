namespace PhoenixChannels.Tracking;

/// <summary>A message between trackers of different nodes.</summary>
internal sealed class TrackerMessage(MessageKind kind, ReplicaId sender)
{
    public MessageKind Kind => kind;

    public ReplicaId Sender => sender;

    /// <summary>How far the sender has come; in a heartbeat and a request.</summary>
    public Dictionary<ReplicaId, long>? Clock { get; init; }

    /// <summary>In a heartbeat and in state; null when there is none.</summary>
    public Delta? Delta { get; init; }

    /// <summary>The state is no range of changes: the receiver does not pass it on as one.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The incarnation that was seen, and a later one that is known.</summary>
    public (ulong Seen, ulong Known) Superseded { get; init; }
}
