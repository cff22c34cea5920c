namespace PhoenixChannels.Tracking;

/// <summary>What a shard tells its logs and metrics.</summary>
internal enum ShardEvent
{
    /// <summary>A message in another version, or none at all.</summary>
    Unreadable,

    TransferRequested,

    TransferAnswered,

    /// <summary>Another node has this one's name.</summary>
    NameIsTaken,

    /// <summary>This node took a later incarnation, because others know one that is later than its own.</summary>
    Renewed,

    /// <summary>Others know a later incarnation, but this node has taken too many already.</summary>
    NotRenewed,
}
