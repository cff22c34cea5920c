namespace PhoenixChannels.Tracking;

/// <summary>
/// Something tracked. What it says never changes: an update makes another entry. It is its own link of the lists of its topic and
/// of its owner.
/// </summary>
internal sealed class Entry(string topic, string key, long owner, byte[] meta, long dot)
{
    internal Entry? PreviousInTopic, NextInTopic;

    // Kept for entries of this node alone: those of others go by their dots.
    internal Entry? PreviousOfOwner, NextOfOwner;

    public string Topic { get; internal set; } = topic;

    public string Key { get; internal set; } = key;

    public long Owner => owner;

    /// <summary>As the caller encoded it.</summary>
    public byte[] Meta => meta;

    /// <summary>The number of the change that made it, among its replica's. Set anew only when this node takes a new incarnation.</summary>
    public long Dot { get; internal set; } = dot;

    /// <summary>Set once the entry belongs to a state.</summary>
    public Replica? Replica { get; internal set; }

    public bool IsVisible => Replica is { IsUp: true };

    public Entry Copy() => new(Topic, Key, owner, meta, Dot);
}
