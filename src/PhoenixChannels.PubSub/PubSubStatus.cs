namespace PhoenixChannels;

/// <summary>How a node is connected to the others.</summary>
/// <param name="IsConnected">Whether what other nodes broadcast arrives. Always so where the node is the only one.</param>
/// <param name="Problem">Why it is not connected, or what else is wrong; null when all is well.</param>
/// <param name="PublishErrors">How many messages the adapter did not take, or not surely, since the start.</param>
/// <param name="Gaps">The latest hundred times in which broadcasts were missed, or may have been; the oldest first.</param>
public sealed record PubSubStatus(bool IsConnected, string? Problem, long PublishErrors, IReadOnlyList<PubSubGap> Gaps);
