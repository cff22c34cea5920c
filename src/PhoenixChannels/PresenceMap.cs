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
    readonly Dictionary<string, PresenceEntry> _entries = new(StringComparer.Ordinal);

    internal PresenceMap()
    {
    }

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys.</summary>
    public IReadOnlyCollection<string> Keys => _entries.Keys;

    /// <summary>What is present under a key.</summary>
    /// <exception cref="KeyNotFoundException">Nothing is.</exception>
    public PresenceEntry this[string key] => _entries[key];

    /// <summary>What is present under a key, if anything is.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out PresenceEntry? entry) => _entries.TryGetValue(key, out entry);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PresenceEntry>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    byte[] IEncodable.Encode(System.Text.Json.JsonSerializerOptions options) => PresenceJson.Encode(this, options);

    /// <summary>Adds an entry, behind those of its key that are there.</summary>
    internal void Add(in TrackedEntry entry) => Add(entry.Key, Payload.FromValidJson(entry.Meta));

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
