using System.Buffers;
using System.Buffers.Binary;

namespace PhoenixChannels.Frames;

/// <summary>A client's frame header (<see href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, 5.2</see>).</summary>
internal readonly struct FrameHeader
{
    const int Longest = 14;

    public required bool IsFinal { get; init; }

    public required FrameOpcode Opcode { get; init; }

    /// <summary>How many bytes of payload follow.</summary>
    public required ulong Length { get; init; }

    /// <summary>The four bytes of the masking key, first byte lowest.</summary>
    public required uint Mask { get; init; }

    /// <summary>The header's own size.</summary>
    public required int Size { get; init; }

    public bool IsControl => Opcode >= FrameOpcode.Close;

    /// <summary>
    /// Reads a header. Faults show as soon as their bytes are there: a length above <paramref name="room"/> before any of the payload.
    /// </summary>
    /// <param name="room">How many bytes of payload a data frame may have.</param>
    /// <param name="closeCode">The code to close with when the header breaks a rule, otherwise 0.</param>
    /// <returns>True when the header is complete and sound.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> input, int room, out FrameHeader header, out int closeCode)
    {
        header = default;
        closeCode = 0;
        if (input.Length < 2) return false;
        Span<byte> copy = stackalloc byte[Longest];
        scoped var bytes = input.FirstSpan;
        if (bytes.Length < Longest && !input.IsSingleSegment)
        {
            var length = (int)Math.Min(Longest, input.Length);
            input.Slice(0, length).CopyTo(copy);
            bytes = copy[..length];
        }

        var opcode = (FrameOpcode)(bytes[0] & 0x0f);
        var isFinal = (bytes[0] & 0x80) != 0;
        var isControl = opcode >= FrameOpcode.Close;
        var shortLength = bytes[1] & 0x7f;
        var isKnown = opcode is <= FrameOpcode.Binary or (>= FrameOpcode.Close and <= FrameOpcode.Pong);
        var isMasked = (bytes[1] & 0x80) != 0;
        if ((bytes[0] & 0x70) != 0 || !isKnown || !isMasked || (isControl && (!isFinal || shortLength > 125)))
        {
            closeCode = CloseCode.ProtocolError;
            return false;
        }

        var maskAt = shortLength switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < maskAt) return false;
        var payload = shortLength switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)shortLength,
        };
        if (!isControl && payload > (ulong)room) closeCode = CloseCode.MessageTooBig;
        if (closeCode != 0 || bytes.Length < maskAt + 4) return false;
        header = new()
        {
            IsFinal = isFinal,
            Opcode = opcode,
            Length = payload,
            Mask = BinaryPrimitives.ReadUInt32LittleEndian(bytes[maskAt..]),
            Size = maskAt + 4,
        };
        return true;
    }
}
