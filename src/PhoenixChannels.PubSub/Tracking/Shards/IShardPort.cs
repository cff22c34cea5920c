namespace PhoenixChannels.Tracking;

/// <summary>What a shard's logic does to the world around it.</summary>
internal interface IShardPort
{
    /// <summary>Sends to all other nodes, in this order. <see cref="ShardLogic.Sent"/> is to be called with the outcome, before or after this returns.</summary>
    void Broadcast(List<byte[]> messages);

    /// <summary>Sends to one node; nobody waits for the outcome.</summary>
    void SendTo(string node, List<byte[]> messages);

    /// <summary>Asks for a call of <see cref="ShardLogic.FlushDiffs"/> when the window is over.</summary>
    void ScheduleFlush();

    void HandleDiff(List<TopicDiff> diff);

    void HandleReplica(string node, ReplicaStatus status);

    void Report(ShardEvent what, ReplicaId replica);
}
