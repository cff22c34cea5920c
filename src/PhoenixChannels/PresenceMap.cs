using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using PhoenixChannels.Presences;

namespace PhoenixChannels;

/// <summary>
/// Who is present, by key: what <see cref="Presence.ListAsync"/> returns and what clients get as <c>presence_state</c>. It encodes as
/// Phoenix has it: <c>{"ann":{"metas":[{"phx_ref":"…", …}]}}</c>.
/// </summary>
[JsonConverter(typeof(PresenceMapJsonConverter))]
#pragma warning disable CA1710 // It is what Phoenix calls a map.
public sealed class PresenceMap : IReadOnlyCollection<KeyValuePair<string, PresenceEntry>>, IEncodable
#pragma warning restore CA1710
{
    readonly Dictionary<string, PresenceEntry> _entries;

    // When it is not null, the map is this, and the entries are those of it that somebody has looked at.
    readonly PresencePicture? _picture;

    internal PresenceMap(int capacity = 0) => _entries = new(capacity, StringComparer.Ordinal);

    internal PresenceMap(PresencePicture picture)
        : this() => _picture = picture;

    /// <summary>How many keys there are.</summary>
    public int Count => _picture?.Count ?? _entries.Count;

    /// <summary>The keys.</summary>
    public IReadOnlyCollection<string> Keys => _picture is null ? _entries.Keys : _picture.Keys;

    /// <summary>What is present under a key.</summary>
    /// <exception cref="KeyNotFoundException">Nothing is.</exception>
    public PresenceEntry this[string key] => TryGetValue(key, out var entry) ? entry : throw new KeyNotFoundException($"Nothing is present under '{key}'.");

    /// <summary>What is present under a key, if anything is.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out PresenceEntry? entry)
    {
        if (_picture is null) return _entries.TryGetValue(key, out entry);
        lock (_entries)
        {
            if (_entries.TryGetValue(key, out entry)) return true;
            entry = _picture.Find(key);
            if (entry is not null) _entries.Add(key, entry);
            return entry is not null;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PresenceEntry>> GetEnumerator() =>
        _picture is null ? _entries.GetEnumerator() : _picture.Keys.Select(key => KeyValuePair.Create(key, this[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    byte[] IEncodable.Encode(System.Text.Json.JsonSerializerOptions options) => PresenceJson.Encode(this, options);

    /// <summary>Adds an entry, behind those of its key that are there.</summary>
    internal void Add(in TrackedEntry entry) => Add(entry.Key, Payload.FromValidJson(entry.Meta));

    /// <summary>Removes an entry; a key without any is no longer there.</summary>
    internal bool Remove(in TrackedEntry removed)
    {
        if (!_entries.TryGetValue(removed.Key, out var entry) || !entry.Remove(removed.Meta)) return false;
        if (entry.Metas.Count == 0) _entries.Remove(removed.Key);
        return true;
    }

    /// <summary>Gives the entries of these keys what was set on the other's.</summary>
    internal void TakeValuesOf(PresenceMap other)
    {
        foreach (var (key, entry) in _entries)
            if (other.TryGetValue(key, out var fetched)) entry.TakeValuesOf(fetched);
    }

    internal void AddAll(PresenceMap other)
    {
        foreach (var (key, entry) in other._entries)
            foreach (var meta in entry.Metas) Add(key, meta);
    }

    void Add(string key, Payload meta)
    {
        if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new());
        entry.Add(meta);
    }
}
