namespace PhoenixChannels.Tracking;

/// <summary>What a step has added and removed.</summary>
internal sealed class Changes
{
    public List<Entry> Joins { get; } = [];

    public List<Entry> Leaves { get; } = [];

    public bool IsEmpty => Joins.Count == 0 && Leaves.Count == 0;

    public void Clear()
    {
        Joins.Clear();
        Leaves.Clear();
    }
}
