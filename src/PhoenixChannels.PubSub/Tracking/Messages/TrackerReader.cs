using System.Text;
using System.Text.Unicode;

namespace PhoenixChannels.Tracking;

/// <summary>
/// Reads what <see cref="TrackerWriter"/> writes. The first thing that does not fit makes the whole message unreadable: from then on
/// everything reads as empty. Allocates nothing by a number it has read.
/// </summary>
internal ref struct TrackerReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Beyond any clock, and far enough from the end that counting on from it cannot overflow.</summary>
    public const long MaxDot = 1L << 60;

    ReadOnlySpan<byte> _rest = bytes;
    List<string>? _topics;

    public bool HasFailed { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty) return (byte)Fail();
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1) return Fail();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return HasFailed ? 0 : value;
        }

        return Fail();
    }

    /// <summary>How many of something follow, each of at least one byte.</summary>
    public int Count()
    {
        var count = Number();
        return count <= (ulong)_rest.Length ? (int)count : (int)Fail();
    }

    /// <summary>A dot as its distance, at least 1, from the one before.</summary>
    public long DotAfter(long previous)
    {
        var distance = Number();
        if (distance is 0 or > MaxDot || previous + (long)distance > MaxDot) return (long)Fail();
        return previous + (long)distance;
    }

    public long Dot()
    {
        var dot = Number();
        return dot <= MaxDot ? (long)dot : (long)Fail();
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Count();
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    public string Text()
    {
        var bytes = Bytes();
        if (Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        Fail();
        return "";
    }

    public string Topic()
    {
        _topics ??= [];
        var number = Number();
        if (number < (ulong)_topics.Count) return _topics[(int)number];
        if (number > (ulong)_topics.Count)
        {
            Fail();
            return "";
        }

        var topic = Text();
        _topics.Add(topic);
        return topic;
    }

    public ReplicaId Replica() => new(Text(), Number());

    public ulong Fail()
    {
        HasFailed = true;
        _rest = default;
        return 0;
    }
}
