namespace PhoenixChannels.Tracking;

/// <summary>Another node as a shard sees it.</summary>
internal sealed class Peer(ReplicaId id)
{
    public ReplicaId Id => id;

    public ReplicaStatus Status { get; set; } = ReplicaStatus.Up;

    /// <summary>When it gave its last sign of life; a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long HeardAt { get; set; }

    /// <summary>For how many more rounds it is not asked again, unless it answers.</summary>
    public int RoundsToWait { get; set; }
}
