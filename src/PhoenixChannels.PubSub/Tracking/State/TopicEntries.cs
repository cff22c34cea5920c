using System.Runtime.InteropServices;

namespace PhoenixChannels.Tracking;

/// <summary>
/// A topic's entries, in one list where those of a key stand next to each other, the oldest first. Small topics search it; larger
/// ones have a dictionary to the last entry of each key.
/// </summary>
internal sealed class TopicEntries(string topic)
{
    const int IndexedAbove = 8, UnindexedBelow = 4;

    Entry? _last;
    Dictionary<string, Entry>? _lastOfKey;

    public string Topic => topic;

    public Entry? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>How many belong to replicas that are up.</summary>
    public int VisibleCount { get; set; }

    public void Add(Entry entry)
    {
        entry.Topic = topic;
        var before = LastOf(entry.Key);
        if (before is not null) entry.Key = before.Key;
        Link(entry, before ?? _last);
        Count++;
        if (entry.IsVisible) VisibleCount++;
        if (_lastOfKey is not null) _lastOfKey[entry.Key] = entry;
        else if (Count > IndexedAbove) MakeIndex();
    }

    public void Remove(Entry entry)
    {
        if (_lastOfKey is not null)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrNullRef(_lastOfKey, entry.Key);
            if (ReferenceEquals(last, entry))
            {
                if (PreviousOfKey(entry) is { } previous) last = previous;
                else _lastOfKey.Remove(entry.Key);
            }
        }

        Unlink(entry);
        Count--;
        if (entry.IsVisible) VisibleCount--;
        if (Count < UnindexedBelow) _lastOfKey = null;
    }

    public Entry? LastOf(string key)
    {
        if (_lastOfKey is not null) return _lastOfKey.GetValueOrDefault(key);
        for (var entry = _last; entry is not null; entry = entry.PreviousInTopic)
            if (entry.Key == key) return entry;
        return null;
    }

    public static Entry? PreviousOfKey(Entry entry) => entry.PreviousInTopic is { } previous && previous.Key == entry.Key ? previous : null;

    void MakeIndex()
    {
        _lastOfKey = new(Count);
        for (var entry = First; entry is not null; entry = entry.NextInTopic) _lastOfKey[entry.Key] = entry;
    }

    void Link(Entry entry, Entry? before)
    {
        entry.PreviousInTopic = before;
        entry.NextInTopic = before is null ? First : before.NextInTopic;
        if (before is null) First = entry;
        else before.NextInTopic = entry;
        if (entry.NextInTopic is null) _last = entry;
        else entry.NextInTopic.PreviousInTopic = entry;
    }

    void Unlink(Entry entry)
    {
        if (entry.PreviousInTopic is null) First = entry.NextInTopic;
        else entry.PreviousInTopic.NextInTopic = entry.NextInTopic;
        if (entry.NextInTopic is null) _last = entry.PreviousInTopic;
        else entry.NextInTopic.PreviousInTopic = entry.PreviousInTopic;
        entry.PreviousInTopic = entry.NextInTopic = null;
    }
}
