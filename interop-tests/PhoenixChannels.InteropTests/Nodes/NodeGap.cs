namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A time in which a node may have missed what others broadcast; without an end while it lasts.</summary>
internal sealed record NodeGap(DateTimeOffset From, DateTimeOffset? To)
{
    public bool Overlaps(DateTimeOffset from, DateTimeOffset to) => From <= to && !(To < from);
}
