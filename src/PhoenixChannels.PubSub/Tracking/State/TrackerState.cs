using System.Runtime.InteropServices;

namespace PhoenixChannels.Tracking;

/// <summary>
/// What is tracked where: an add-wins observed-remove set as a delta-state CRDT. Every entry has a dot of the replica that made it,
/// and only that replica removes it. Pure: no clock, no thread, no input or output.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.Tracker.State</c>.</remarks>
internal sealed class TrackerState
{
    readonly Dictionary<ReplicaId, Replica> _replicas = [];
    readonly Dictionary<string, TopicEntries> _topics = [];
    readonly OwnerIndex _owners = new();
    Replica _self;

    public TrackerState(ReplicaId self)
    {
        _self = new(self);
        _replicas.Add(self, _self);
        Delta = NewDelta();
    }

    public ReplicaId Self => _self.Id;

    public Dictionary<ReplicaId, Replica>.ValueCollection Replicas => _replicas.Values;

    /// <summary>This node's changes since <see cref="TakeDelta"/>.</summary>
    public Delta Delta { get; private set; }

    public bool HasDelta => Delta.Size > 0;

    public int TopicCount => _topics.Count;

    public Delta TakeDelta()
    {
        var delta = Delta;
        Delta = NewDelta();
        return delta;
    }

    /// <summary>Gives back a delta that could not be sent.</summary>
    public void ReturnDelta(Delta delta)
    {
        delta.Merge(Delta);
        Delta = delta;
    }

    /// <summary>An entry of this node. Walks the entries of the key and those of the owner in step: as long as the shorter list is.</summary>
    public Entry? Find(string topic, string key, long owner)
    {
        var sameKey = _topics.GetValueOrDefault(topic)?.LastOf(key);
        var sameOwner = _owners.FirstOf(owner);
        while (sameKey is not null && sameOwner is not null)
        {
            if (sameKey.Owner == owner && ReferenceEquals(sameKey.Replica, _self)) return sameKey;
            if (sameOwner.Key == key && sameOwner.Topic == topic) return sameOwner;
            (sameKey, sameOwner) = (TopicEntries.PreviousOfKey(sameKey), sameOwner.NextOfOwner);
        }

        return null;
    }

    public Entry? FirstOf(long owner) => _owners.FirstOf(owner);

    public Entry Join(string topic, string key, long owner, byte[] meta)
    {
        var entry = _self.Take(new(topic, key, owner, meta, NextDot()));
        _self.Part.Join(entry);
        Delta.GetOrAdd(Self).Join(entry);
        AddToTopic(entry);
        _owners.Add(entry);
        return entry;
    }

    /// <summary>Removes an entry of this node.</summary>
    public void Leave(Entry entry)
    {
        var dot = NextDot();
        _self.Part.Leave(entry.Dot, dot);
        Delta.GetOrAdd(Self).Leave(entry.Dot, dot);
        RemoveFromTopic(entry);
        _owners.Remove(entry);
    }

    /// <summary>Merges what another node knows. Replicas that are unknown here, or gone, are passed over, and so is what others say of this one.</summary>
    /// <param name="changes">Gets what becomes visible and what is no longer.</param>
    public void Merge(Delta delta, Changes changes)
    {
        var merged = new Changes();
        foreach (var part in delta.Parts)
        {
            if (!_replicas.TryGetValue(part.Id, out var replica) || ReferenceEquals(replica, _self)) continue;
            replica.Part.Merge(part, replica, merged);
            foreach (var entry in merged.Leaves) RemoveFromTopic(entry);
            foreach (var entry in merged.Joins) AddToTopic(entry);
            if (replica.IsUp)
            {
                changes.Leaves.AddRange(merged.Leaves);
                changes.Joins.AddRange(merged.Joins);
            }

            merged.Clear();
        }
    }

    public bool Knows(ReplicaId replica) => _replicas.ContainsKey(replica);

    public void ReplicaUp(ReplicaId id, Changes changes)
    {
        if (!_replicas.TryGetValue(id, out var replica)) _replicas.Add(id, replica = new(id));
        SetUp(replica, true, changes.Joins);
    }

    public void ReplicaDown(ReplicaId id, Changes changes)
    {
        if (_replicas.TryGetValue(id, out var replica)) SetUp(replica, false, changes.Leaves);
    }

    /// <summary>Forgets a replica that is gone for good.</summary>
    public void RemoveReplica(ReplicaId id, Changes changes)
    {
        if (!_replicas.TryGetValue(id, out var replica)) return;
        SetUp(replica, false, changes.Leaves);
        foreach (var entry in replica.Part.Entries.Items)
            if (entry is not null) RemoveFromTopic(entry);
        _replicas.Remove(id);
    }

    /// <summary>Makes this node another replica with the same entries, as new changes.</summary>
    public void Renew(ReplicaId self)
    {
        var old = _self;
        _replicas.Remove(old.Id);
        _self = new(self);
        _replicas.Add(self, _self);
        Delta = NewDelta();
        foreach (var entry in old.Part.Entries.Items)
        {
            if (entry is null) continue;
            entry.Replica = _self;
            entry.Dot = NextDot();
            _self.Part.Join(entry);
            Delta.GetOrAdd(self).Join(entry);
        }
    }

    /// <summary>How far each replica that is up is known here. Those that are down are left out: nobody is to ask for them.</summary>
    public Dictionary<ReplicaId, long> Clock()
    {
        var clock = new Dictionary<ReplicaId, long>(_replicas.Count);
        foreach (var replica in _replicas.Values)
            if (replica.IsUp) clock.Add(replica.Id, replica.Part.Known.Context);
        return clock;
    }

    /// <summary>All that is known here of the replicas that somebody else knows, but what that one is the source of.</summary>
    public Delta Extract(string forNode, Dictionary<ReplicaId, long> clock)
    {
        var state = new Delta();
        foreach (var replica in _replicas.Values)
            if (replica.Id.Name != forNode && clock.ContainsKey(replica.Id)) state.Put(replica.Part);
        return state;
    }

    /// <summary>A topic's visible entries.</summary>
    public void List(string topic, List<Entry> into)
    {
        if (!_topics.TryGetValue(topic, out var entries)) return;
        into.EnsureCapacity(entries.VisibleCount);
        for (var entry = entries.First; entry is not null; entry = entry.NextInTopic)
            if (entry.IsVisible) into.Add(entry);
    }

    /// <summary>The visible entries of one key, the oldest first.</summary>
    public void List(string topic, string key, List<Entry> into)
    {
        for (var entry = _topics.GetValueOrDefault(topic)?.LastOf(key); entry is not null; entry = TopicEntries.PreviousOfKey(entry))
            if (entry.IsVisible) into.Add(entry);
        into.Reverse();
    }

    public int Count(string topic) => _topics.GetValueOrDefault(topic)?.VisibleCount ?? 0;

    long NextDot() => _self.Part.Known.Context + 1;

    Delta NewDelta()
    {
        var delta = new Delta();
        delta.GetOrAdd(Self);
        return delta;
    }

    void SetUp(Replica replica, bool isUp, List<Entry> changed)
    {
        if (replica.IsUp == isUp) return;
        replica.IsUp = isUp;
        foreach (var entry in replica.Part.Entries.Items)
        {
            if (entry is null) continue;
            _topics[entry.Topic].VisibleCount += isUp ? 1 : -1;
            changed.Add(entry);
        }
    }

    void AddToTopic(Entry entry)
    {
        ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(_topics, entry.Topic, out _);
        entries ??= new(entry.Topic);
        entries.Add(entry);
    }

    void RemoveFromTopic(Entry entry)
    {
        var entries = _topics[entry.Topic];
        entries.Remove(entry);
        if (entries.Count == 0) _topics.Remove(entry.Topic);
    }
}
