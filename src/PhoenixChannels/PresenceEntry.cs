
namespace PhoenixChannels;

/// <summary>What is present under one key: a meta for each time that it is tracked, and what <see cref="Presence.FetchAsync"/> has added.</summary>
public sealed class PresenceEntry
{
    readonly List<Payload> _metas = new(1);
    Dictionary<string, Payload>? _values;

    internal PresenceEntry()
    {
    }

    /// <summary>The metas, each a JSON object with its <c>phx_ref</c>.</summary>
    public IReadOnlyList<Payload> Metas => _metas;

    /// <summary>Puts a value beside the metas, as in <c>entries["ann"].Set("user", user)</c>. A second one of the same name replaces the first.</summary>
    /// <exception cref="ArgumentException">The name is <c>metas</c>.</exception>
    public void Set<T>(string name, T value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == "metas") throw new ArgumentException("'metas' is the list of metas itself: give the value another name.", nameof(name));
        (_values ??= [])[name] = Payload.From(value);
    }

    internal IReadOnlyDictionary<string, Payload> Values => _values ?? (IReadOnlyDictionary<string, Payload>)System.Collections.ObjectModel.ReadOnlyDictionary<string, Payload>.Empty;

    internal void Add(Payload meta) => _metas.Add(meta);

    internal bool Remove(ReadOnlyMemory<byte> meta)
    {
        var at = _metas.FindIndex(other => other.Bytes.Span.SequenceEqual(meta.Span));
        if (at >= 0) _metas.RemoveAt(at);
        return at >= 0;
    }

    internal void TakeValuesOf(PresenceEntry other) => _values = other._values;
}
