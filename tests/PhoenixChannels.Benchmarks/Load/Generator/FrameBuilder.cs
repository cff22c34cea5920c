using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Composes one masked frame at a time, in a buffer that it keeps.</summary>
sealed class FrameBuilder
{
    const int MaxHead = 14, Masked = 0x80, Last = 0x80;
    const uint Mask = 0x3d21fa37;

    readonly byte[] _buffer = new byte[1 << 17];
    int _end = MaxHead;

    public FrameBuilder Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
        return this;
    }

    public FrameBuilder Add(long number)
    {
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_end), out var written);
        _end += written;
        return this;
    }

    /// <summary>The frame, good until the next one is begun.</summary>
    public ReadOnlySpan<byte> Finish(Opcode opcode)
    {
        var body = _buffer.AsSpan(MaxHead, _end - MaxHead);
        _end = MaxHead;
        Apply(body);
        var head = body.Length < 126 ? 6 : body.Length < 65536 ? 8 : 14;
        var frame = _buffer.AsSpan(MaxHead - head, head + body.Length);
        frame[0] = (byte)(Last | (byte)opcode);
        switch (head)
        {
            case 6:
                frame[1] = (byte)(Masked | body.Length);
                break;
            case 8:
                frame[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)body.Length);
                break;
            default:
                frame[1] = Masked | 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)body.Length);
                break;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame[(head - 4)..], Mask);
        return frame;
    }

    static void Apply(Span<byte> body)
    {
        var wide = MemoryMarshal.Cast<byte, ulong>(body);
        foreach (ref var word in wide) word ^= (ulong)Mask << 32 | Mask;
        for (var i = wide.Length * sizeof(ulong); i < body.Length; i++) body[i] ^= (byte)(Mask >> (8 * (i & 3)));
    }
}
