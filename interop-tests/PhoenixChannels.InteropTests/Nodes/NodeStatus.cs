namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>What a node says of its connection to the others.</summary>
internal sealed record NodeStatus(string Adapter, string Node, bool Connected, long PublishErrors, IReadOnlyList<NodeGap> Gaps);
