namespace PhoenixChannels.Tracking;

/// <summary>One life of a node: its name, and a number that is higher for each later life.</summary>
internal readonly record struct ReplicaId(string Name, ulong Incarnation)
{
    public override string ToString() => $"{Name}@{Incarnation:x}";
}
