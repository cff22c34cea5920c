namespace PhoenixChannels.Tracking;

/// <summary>Pieces of several replicas: a delta, or a whole state.</summary>
internal sealed class Delta
{
    readonly Dictionary<ReplicaId, Part> _parts = [];

    public Dictionary<ReplicaId, Part>.ValueCollection Parts => _parts.Values;

    /// <summary>What it costs to keep: entries, and ranges of dots.</summary>
    public int Size
    {
        get
        {
            var size = 0;
            foreach (var part in _parts.Values) size += part.Size;
            return size;
        }
    }

    public Part? Find(ReplicaId replica) => _parts.GetValueOrDefault(replica);

    public Part GetOrAdd(ReplicaId replica)
    {
        if (!_parts.TryGetValue(replica, out var part)) _parts.Add(replica, part = new(replica));
        return part;
    }

    /// <summary>Adds a part as it is; a part of its replica that was there already is replaced.</summary>
    public void Put(Part part) => _parts[part.Id] = part;

    public void Remove(ReplicaId replica) => _parts.Remove(replica);

    public void Merge(Delta other)
    {
        var changes = new Changes();
        foreach (var part in other.Parts) GetOrAdd(part.Id).Merge(part, null, changes);
    }

    /// <summary>By merging: of what only lives elsewhere nothing is known in the copy.</summary>
    public Delta Copy()
    {
        var copy = new Delta();
        copy.Merge(this);
        return copy;
    }
}
