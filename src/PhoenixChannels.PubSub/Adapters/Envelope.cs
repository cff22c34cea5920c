using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PhoenixChannels.Adapters;

/// <summary>
/// A message on its way between nodes: a version byte, flags, the sender's incarnation (8 bytes) and sequence number (8 bytes),
/// then node, topic and event, each behind its length (4 bytes), then the payload up to the end. Numbers are big-endian. Flags that a reader does not know mean nothing to it.
/// </summary>
/// <remarks>
/// All up to the node's name stands where it does in every version: a reader that skips a message of a later version still knows whose it was and its number. A later version may
/// be written when all nodes read it.
/// </remarks>
internal readonly ref struct Envelope
{
    public const byte CurrentVersion = 1;

    const int FixedLength = 18;
    const byte BinaryFlag = 1, BeaconFlag = 2, ToSenderFlag = 4;

    /// <summary>The sender's name, in UTF-8.</summary>
    public required ReadOnlySpan<byte> Node { get; init; }

    /// <summary>Drawn at random when the sender started: tells a restarted node from its former self.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>
    /// Counts the sender's broadcasts to all nodes from 1. 0 for what is not counted: a message to one node, and one that is published with a transaction. In a beacon, how many
    /// have been published so far.
    /// </summary>
    public required ulong Sequence { get; init; }

    /// <summary>In UTF-8.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>In UTF-8.</summary>
    public required ReadOnlySpan<byte> Event { get; init; }

    public bool IsBinary { get; init; }

    /// <summary>It says that the sender is there, and its payload is a <see cref="Beacon"/>.</summary>
    public bool IsBeacon { get; init; }

    /// <summary>It is for the sender's own subscribers, too.</summary>
    public bool IsToSender { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    public byte[] ToArray()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(FixedLength + 12 + Node.Length + Topic.Length + Event.Length + Payload.Length);
        bytes[0] = CurrentVersion;
        bytes[1] = (byte)((IsBinary ? BinaryFlag : 0) | (IsBeacon ? BeaconFlag : 0) | (IsToSender ? ToSenderFlag : 0));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), Incarnation);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(10), Sequence);
        var rest = bytes.AsSpan(FixedLength);
        Write(ref rest, Node);
        Write(ref rest, Topic);
        Write(ref rest, Event);
        Payload.CopyTo(rest);
        return bytes;
    }

    /// <summary>False for another version, and for what is no envelope.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        envelope = default;
        if (!TryReadSender(bytes, out var sender) || bytes[0] != CurrentVersion) return false;
        var rest = bytes[(FixedLength + 4 + sender.Node.Length)..];
        if (!TryReadText(ref rest, out var topic) || !TryReadText(ref rest, out var name)) return false;
        envelope = new()
        {
            Node = sender.Node,
            Incarnation = sender.Incarnation,
            Sequence = sender.Sequence,
            Topic = topic,
            Event = name,
            IsBinary = (bytes[1] & BinaryFlag) != 0,
            IsBeacon = (bytes[1] & BeaconFlag) != 0,
            IsToSender = (bytes[1] & ToSenderFlag) != 0,
            Payload = rest,
        };
        return true;
    }

    /// <summary>Reads, of an envelope of any version, whose it is and its number.</summary>
    public static bool TryReadSender(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        envelope = default;
        if (bytes.Length < FixedLength) return false;
        var rest = bytes[FixedLength..];
        if (!TryReadText(ref rest, out var node)) return false;
        envelope = new()
        {
            Node = node,
            Incarnation = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            Sequence = BinaryPrimitives.ReadUInt64BigEndian(bytes[10..]),
            Topic = default,
            Event = default,
            Payload = default,
        };
        return true;
    }

    static void Write(scoped ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, text.Length);
        text.CopyTo(rest[4..]);
        rest = rest[(4 + text.Length)..];
    }

    static bool TryReadText(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest.Length < 4) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - 4) return false;
        text = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return Utf8.IsValid(text);
    }
}
