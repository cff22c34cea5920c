using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>
/// What the adapter of a node uses in Redis. In a cluster each channel belongs to one server, where it is published and subscribed to: what goes by several of them may overtake each other.
/// </summary>
internal sealed class RedisNames(RedisPubSubOptions options)
{
    readonly string _namespace = options.Namespace;

    public string NodeName { get; } = options.NodeName;

    /// <summary>What is for all nodes.</summary>
    public RedisChannel All { get; } = Channel($"{options.Namespace}:all");

    /// <summary>What is for this node alone.</summary>
    public RedisChannel Own { get; } = Direct(options.Namespace, options.NodeName);

    /// <summary>Tells who has this node's name.</summary>
    public RedisKey Lease { get; } = $"{options.Namespace}:node:{options.NodeName}";

    /// <param name="node">A node's name, or null for all.</param>
    public RedisChannel Of(string? node) => node is null ? All : Direct(_namespace, node);

    /// <summary>The rules that an ACL needs.</summary>
    public string AccessRules => $"~{_namespace}:node:* &{_namespace}:* +ping +get +set +del +pttl +pexpire +publish +subscribe +unsubscribe";

    static RedisChannel Direct(string @namespace, string node) => Channel($"{@namespace}:direct:{node}");

    static RedisChannel Channel(string name) => RedisChannel.Literal(name).WithKeyRouting();
}
