namespace PhoenixChannels.Tracking;

/// <summary>
/// One replica's entries by their dots. They come almost always in order, so it is a sorted array: 16 bytes an entry, where a
/// dictionary takes 40. What comes out of order is sorted before the next look-up; what goes leaves a hole.
/// </summary>
internal sealed class DotIndex
{
    const int SmallestCompacted = 16;

    long[] _dots = [];
    Entry?[] _entries = [];
    int _used;
    bool _isUnsorted;

    public int Count { get; private set; }

    /// <summary>In the order of their dots, with holes.</summary>
    public ReadOnlySpan<Entry?> Items
    {
        get
        {
            EnsureSorted();
            return _entries.AsSpan(0, _used);
        }
    }

    public void Add(Entry entry)
    {
        if (_used == _dots.Length) Resize(_used < 4 ? 4 : _used < 1024 ? _used * 2 : _used + (_used / 4));
        if (_used > 0 && entry.Dot < _dots[_used - 1]) _isUnsorted = true;
        _dots[_used] = entry.Dot;
        _entries[_used++] = entry;
        Count++;
    }

    public Entry? Find(long dot)
    {
        var at = FirstAtOrAfter(dot);
        return at < _used && _dots[at] == dot ? _entries[at] : null;
    }

    public void Remove(long dot)
    {
        var at = FirstAtOrAfter(dot);
        if (at == _used || _dots[at] != dot || _entries[at] is null) return;
        _entries[at] = null;
        Count--;
        while (_used > 0 && _entries[_used - 1] is null) _used--;
        if (_used > SmallestCompacted && Count < _used / 2) Compact();
    }

    /// <summary>Those in a range of dots, with holes.</summary>
    public ReadOnlySpan<Entry?> Slice(DotRange range)
    {
        var from = FirstAtOrAfter(range.First);
        return _entries.AsSpan(from, FirstAtOrAfter(range.Last + 1) - from);
    }

    int FirstAtOrAfter(long dot)
    {
        EnsureSorted();
        if (_used > 0 && dot > _dots[_used - 1]) return _used;
        var at = Array.BinarySearch(_dots, 0, _used, dot);
        return at < 0 ? ~at : at;
    }

    void EnsureSorted()
    {
        if (!_isUnsorted) return;
        _isUnsorted = false;
        Squeeze();
        Array.Sort(_dots, _entries, 0, _used);
    }

    void Compact()
    {
        Squeeze();
        if (_used < _dots.Length / 4) Resize(Math.Max(4, _used * 2));
    }

    void Squeeze()
    {
        var kept = 0;
        for (var at = 0; at < _used; at++)
        {
            if (_entries[at] is not { } entry) continue;
            (_dots[kept], _entries[kept]) = (_dots[at], entry);
            kept++;
        }

        Array.Clear(_entries, kept, _used - kept);
        _used = kept;
    }

    void Resize(int length)
    {
        Array.Resize(ref _dots, length);
        Array.Resize(ref _entries, length);
    }
}
