namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>What speaks the protocol of Redis.</summary>
public enum RedisKind
{
    /// <summary>Microsoft Garnet, which is there everywhere.</summary>
    Garnet,

    /// <summary>The redis-server of the PATH.</summary>
    RedisServer,

    /// <summary>Three of them as a Redis Cluster.</summary>
    RedisCluster,
}
