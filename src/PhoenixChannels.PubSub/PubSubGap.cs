namespace PhoenixChannels;

/// <summary>A time in which this node has missed what other nodes broadcast, or may have.</summary>
/// <param name="From">The last moment at which delivery was known to work. By this node's clock.</param>
/// <param name="To">When it worked again; null while it does not.</param>
/// <param name="Node">The node whose broadcasts were missed; null for a lost connection, in which any node's may have been.</param>
/// <param name="Missed">Exactly how many of that node's broadcasts never came; 0 for a lost connection, after which each node's are counted apart as soon as it is heard again.</param>
public sealed record PubSubGap(DateTimeOffset From, DateTimeOffset? To, string? Node, long Missed);
