using System.Runtime.InteropServices;

namespace PhoenixChannels.Tracking;

/// <summary>Groups changes by topic. What joins and leaves, or leaves and comes back, before it is taken is left out.</summary>
internal sealed class DiffCollector
{
    // true: has joined; false: has left. By identity: an update is another entry.
    readonly Dictionary<Entry, bool> _pending = new(ReferenceEqualityComparer.Instance);

    public bool IsEmpty => _pending.Count == 0;

    public void Add(Changes changes)
    {
        foreach (var entry in changes.Leaves) Add(entry, false);
        foreach (var entry in changes.Joins) Add(entry, true);
    }

    public List<TopicDiff> Take()
    {
        var diff = new DiffBuilder();
        foreach (var (entry, hasJoined) in _pending) diff.Add(entry, hasJoined);
        _pending.Clear();
        return diff.Topics;
    }

    public static List<TopicDiff> Group(Changes changes)
    {
        var diff = new DiffBuilder();
        foreach (var entry in changes.Leaves) diff.Add(entry, false);
        foreach (var entry in changes.Joins) diff.Add(entry, true);
        return diff.Topics;
    }

    void Add(Entry entry, bool hasJoined)
    {
        ref var pending = ref CollectionsMarshal.GetValueRefOrAddDefault(_pending, entry, out var exists);
        if (!exists) pending = hasJoined;
        else if (pending != hasJoined) _pending.Remove(entry);
    }

    /// <summary>Mostly there is one topic, so the dictionary waits for a second.</summary>
    sealed class DiffBuilder
    {
        Dictionary<string, TopicDiff>? _byTopic;
        TopicDiff? _last;

        public List<TopicDiff> Topics { get; } = new(1);

        public void Add(Entry entry, bool hasJoined)
        {
            if (_last?.Topic != entry.Topic) _last = TopicOf(entry.Topic);
            if (hasJoined) _last.AddJoin(entry);
            else _last.AddLeave(entry);
        }

        TopicDiff TopicOf(string topic)
        {
            if (_last is not null && _byTopic is null) _byTopic = new() { [_last.Topic] = _last };
            if (_byTopic is not null && _byTopic.TryGetValue(topic, out var known)) return known;
            var diff = new TopicDiff(topic);
            _byTopic?.Add(topic, diff);
            Topics.Add(diff);
            return diff;
        }
    }
}
