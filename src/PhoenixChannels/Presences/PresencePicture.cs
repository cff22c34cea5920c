using System.Collections.Immutable;

namespace PhoenixChannels.Presences;

/// <summary>
/// Who is present on a topic at one moment. Never changes: the picture after a diff shares all else with the one before, so that telling the
/// application of a join does not list the topic.
/// </summary>
internal sealed class PresencePicture
{
    readonly ImmutableDictionary<string, ImmutableArray<Payload>> _metas;

    PresencePicture(ImmutableDictionary<string, ImmutableArray<Payload>> metas) => _metas = metas;

    public static PresencePicture Empty { get; } = new(ImmutableDictionary.Create<string, ImmutableArray<Payload>>(StringComparer.Ordinal));

    public int Count => _metas.Count;

    public string[] Keys => [.. _metas.Keys];

    /// <summary>An entry of the caller's own.</summary>
    public PresenceEntry? Find(string key)
    {
        if (!_metas.TryGetValue(key, out var metas)) return null;
        var entry = new PresenceEntry();
        foreach (var meta in metas) entry.Add(meta);
        return entry;
    }

    /// <summary>The picture after a diff.</summary>
    public PresencePicture With(PresenceDiff diff)
    {
        var metas = _metas;
        foreach (var (key, entry) in diff.Leaves)
        {
            if (!metas.TryGetValue(key, out var ofKey)) continue;
            foreach (var left in entry.Metas) ofKey = ofKey.RemoveAll(meta => meta.Bytes.Span.SequenceEqual(left.Bytes.Span));
            metas = ofKey.IsEmpty ? metas.Remove(key) : metas.SetItem(key, ofKey);
        }

        foreach (var (key, entry) in diff.Joins)
            metas = metas.SetItem(key, metas.TryGetValue(key, out var ofKey) ? ofKey.AddRange(entry.Metas) : [.. entry.Metas]);
        return new(metas);
    }
}
