namespace PhoenixChannels.Tracking;

/// <summary>
/// Which of one replica's changes are known. Kept as ranges that are sorted and never touch, so it is compact at all times: the
/// range that begins at 1 is the context (the clock), the others are the cloud of changes that came before what they follow.
/// </summary>
internal sealed class DotSet
{
    DotRange[] _ranges = [];

    /// <summary>All changes up to this one are known.</summary>
    public long Context => RangeCount > 0 && _ranges[0].First == 1 ? _ranges[0].Last : 0;

    public int RangeCount { get; private set; }

    public ReadOnlySpan<DotRange> Ranges => _ranges.AsSpan(0, RangeCount);

    public bool Contains(long dot) => Covers(dot, dot);

    /// <summary>Whether all from <paramref name="first"/> to <paramref name="last"/> are known; true when there are none.</summary>
    public bool Covers(long first, long last)
    {
        if (first > last) return true;
        var at = FirstEndingAtOrAfter(first);
        return at < RangeCount && _ranges[at].First <= first && _ranges[at].Last >= last;
    }

    public void Add(long dot) => Add(new DotRange(dot, dot));

    public void Add(DotRange range)
    {
        var from = FirstEndingAtOrAfter(range.First - 1);
        var to = from;
        var (first, last) = (range.First, range.Last);
        for (; to < RangeCount && _ranges[to].First <= range.Last + 1; to++)
            (first, last) = (Math.Min(first, _ranges[to].First), Math.Max(last, _ranges[to].Last));
        Replace(from, to, [new(first, last)]);
    }

    /// <summary>What is in this set and not in the other.</summary>
    public DotSet Except(DotSet other)
    {
        var result = new DotSet();
        foreach (var range in Ranges)
        {
            var first = range.First;
            for (var at = other.FirstEndingAtOrAfter(first); at < other.RangeCount && other._ranges[at].First <= range.Last; at++)
            {
                if (other._ranges[at].First > first) result.Append(new(first, other._ranges[at].First - 1));
                first = other._ranges[at].Last + 1;
            }

            if (first <= range.Last) result.Append(new(first, range.Last));
        }

        return result;
    }

    public void UnionWith(DotSet other)
    {
        const int FewRanges = 8;
        if (other.RangeCount > FewRanges && RangeCount > FewRanges)
        {
            // Both are sorted: one pass over them, rather than a shift of the array for each range.
            var mine = _ranges[..RangeCount];
            var theirs = other.Ranges;
            (_ranges, RangeCount) = (new DotRange[mine.Length + theirs.Length], 0);
            for (int i = 0, j = 0; i < mine.Length || j < theirs.Length;)
                Append(j == theirs.Length || (i < mine.Length && mine[i].First <= theirs[j].First) ? mine[i++] : theirs[j++]);
            return;
        }

        foreach (var range in other.Ranges) Add(range);
    }

    public override string ToString() => string.Join(' ', Ranges.ToArray());

    void Append(DotRange range)
    {
        if (RangeCount > 0 && range.First <= _ranges[RangeCount - 1].Last + 1)
        {
            ref var last = ref _ranges[RangeCount - 1];
            last = new(last.First, Math.Max(last.Last, range.Last));
            return;
        }

        if (RangeCount == _ranges.Length) Array.Resize(ref _ranges, Math.Max(4, RangeCount * 2));
        _ranges[RangeCount++] = range;
    }

    void Replace(int from, int to, ReadOnlySpan<DotRange> ranges)
    {
        var count = RangeCount - (to - from) + ranges.Length;
        if (count > _ranges.Length) Array.Resize(ref _ranges, Math.Max(count, _ranges.Length + (_ranges.Length / 2)));
        if (to - from != ranges.Length) Array.Copy(_ranges, to, _ranges, from + ranges.Length, RangeCount - to);
        ranges.CopyTo(_ranges.AsSpan(from));
        RangeCount = count;
    }

    int FirstEndingAtOrAfter(long dot)
    {
        var (low, high) = (0, RangeCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ranges[middle].Last < dot) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
