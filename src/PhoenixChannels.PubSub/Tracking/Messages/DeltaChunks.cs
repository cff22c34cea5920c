namespace PhoenixChannels.Tracking;

/// <summary>
/// Cuts a delta into pieces of a bounded size, since engines bound their messages. All but the last carry entries and know nothing
/// else; the last knows everything, and which dots live in the others. Whoever misses one of the others does not take its dots for
/// removed, and asks for them later.
/// </summary>
internal static class DeltaChunks
{
    const int EntryOverhead = 16;

    public static List<Delta> Split(Delta delta, int maxBytes)
    {
        List<Delta> chunks = [];
        if (SizeOf(delta) <= maxBytes)
        {
            chunks.Add(delta);
            return chunks;
        }

        var (chunk, last, size) = (new Delta(), new Delta(), 0);
        foreach (var part in delta.Parts)
        {
            var rest = new Part(part.Id) { LiveElsewhere = new() };
            rest.Known.UnionWith(part.Known);
            foreach (var entry in part.Entries.Items)
            {
                if (entry is null) continue;
                chunk.GetOrAdd(part.Id).Join(entry);
                rest.LiveElsewhere.Add(entry.Dot);
                size += SizeOf(entry);
                if (size < maxBytes) continue;
                chunks.Add(chunk);
                (chunk, size) = (new(), 0);
            }

            if (rest.LiveElsewhere.RangeCount == 0) rest.LiveElsewhere = null;
            last.Put(rest);
        }

        if (size > 0) chunks.Add(chunk);
        chunks.Add(last);
        return chunks;
    }

    static long SizeOf(Delta delta)
    {
        var size = 0L;
        foreach (var part in delta.Parts)
            foreach (var entry in part.Entries.Items)
                if (entry is not null) size += SizeOf(entry);
        return size;
    }

    static int SizeOf(Entry entry) => EntryOverhead + entry.Topic.Length + entry.Key.Length + entry.Meta.Length;
}
