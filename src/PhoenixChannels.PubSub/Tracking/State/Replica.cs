namespace PhoenixChannels.Tracking;

/// <summary>A replica as a state has it.</summary>
internal sealed class Replica(ReplicaId id)
{
    public Part Part { get; } = new(id);

    public ReplicaId Id => Part.Id;

    /// <summary>The entries of a replica that is down are kept and merged, but not shown.</summary>
    public bool IsUp { get; set; } = true;

    public Entry Take(Entry entry)
    {
        var taken = entry.Replica is null ? entry : entry.Copy();
        taken.Replica = this;
        return taken;
    }
}
