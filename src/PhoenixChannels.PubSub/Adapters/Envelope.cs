using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PhoenixChannels.Adapters;

/// <summary>
/// A broadcast on its way between nodes: a version byte, flags, the sender's incarnation (8 bytes) and sequence number (8 bytes),
/// then node, topic and event, each behind its length (4 bytes), then the payload up to the end. Numbers are big-endian.
/// </summary>
internal readonly ref struct Envelope
{
    public const byte CurrentVersion = 1;

    const int FixedLength = 18;
    const byte BinaryFlag = 1;

    /// <summary>The sender's name.</summary>
    public required string Node { get; init; }

    /// <summary>Drawn at random when the sender started: tells a restarted node from its former self.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Counts the sender's broadcasts from 1; 0 for a message to one node, which is not counted.</summary>
    public required ulong Sequence { get; init; }

    public required string Topic { get; init; }

    public required string Event { get; init; }

    public required bool IsBinary { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    public byte[] ToArray()
    {
        var length = FixedLength + 12 + Encoding.UTF8.GetByteCount(Node) + Encoding.UTF8.GetByteCount(Topic) + Encoding.UTF8.GetByteCount(Event) + Payload.Length;
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        bytes[0] = CurrentVersion;
        bytes[1] = IsBinary ? BinaryFlag : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), Incarnation);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(10), Sequence);
        var rest = bytes.AsSpan(FixedLength);
        WriteText(ref rest, Node);
        WriteText(ref rest, Topic);
        WriteText(ref rest, Event);
        Payload.CopyTo(rest);
        return bytes;
    }

    /// <summary>False for another version, and for what is no envelope.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        envelope = default;
        if (bytes.Length < FixedLength || bytes[0] != CurrentVersion) return false;
        var rest = bytes[FixedLength..];
        if (!TryReadText(ref rest, out var node) || !TryReadText(ref rest, out var topic) || !TryReadText(ref rest, out var name)) return false;
        envelope = new()
        {
            Node = node,
            Incarnation = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            Sequence = BinaryPrimitives.ReadUInt64BigEndian(bytes[10..]),
            Topic = topic,
            Event = name,
            IsBinary = (bytes[1] & BinaryFlag) != 0,
            Payload = rest,
        };
        return true;
    }

    static void WriteText(ref Span<byte> rest, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, rest[4..]);
        BinaryPrimitives.WriteInt32BigEndian(rest, length);
        rest = rest[(4 + length)..];
    }

    static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.Length < 4) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - 4) return false;
        var bytes = rest.Slice(4, (int)length);
        if (!Utf8.IsValid(bytes)) return false;
        text = Encoding.UTF8.GetString(bytes);
        rest = rest[(4 + (int)length)..];
        return true;
    }
}
