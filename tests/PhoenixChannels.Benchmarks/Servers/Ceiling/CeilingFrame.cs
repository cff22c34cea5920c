using System.Buffers;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>RFC 6455 frames of up to 64 KB, which is enough here.</summary>
static class CeilingFrame
{
    public const byte Text = 1, Close = 8, Ping = 9;
    public const int MaxHead = 4;

    [ThreadStatic] static byte[]? t_body;

    /// <summary>Cuts the next whole frame off and unmasks it into a buffer that the thread has until its next frame.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out byte opcode, out ReadOnlySpan<byte> body)
    {
        opcode = 0;
        body = default;
        const int MinHead = 6, MaskedHead = 8;
        Span<byte> head = stackalloc byte[MaskedHead];
        if (buffer.Length < MinHead) return false;
        buffer.Slice(0, Math.Min(MaskedHead, buffer.Length)).CopyTo(head);
        var (length, headLength) = (head[1] & 127, MinHead);
        if (length == 127 || (head[0] & 0x80) == 0 || (head[1] & 0x80) == 0) throw new InvalidDataException("A frame that is long, in parts, or not masked.");
        if (length == 126) (length, headLength) = (head[2] << 8 | head[3], MaskedHead);
        if (buffer.Length < headLength + length) return false;
        var scratch = t_body ??= new byte[65536 + sizeof(ulong)];
        buffer.Slice(headLength, length).CopyTo(scratch);
        var mask = MemoryMarshal.Read<uint>(head[(headLength - 4)..]);
        var wide = (ulong)mask << 32 | mask;
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(scratch.AsSpan(0, length + 7 & ~7))) word ^= wide;
        buffer = buffer.Slice(headLength + length);
        opcode = (byte)(head[0] & 15);
        body = scratch.AsSpan(0, length);
        return true;
    }

    /// <summary>Writes the head of a frame and says how long it is.</summary>
    public static int WriteHead(Span<byte> span, int length, byte opcode = Text)
    {
        span[0] = (byte)(0x80 | opcode);
        if (length < 126)
        {
            span[1] = (byte)length;
            return 2;
        }

        (span[1], span[2], span[3]) = (126, (byte)(length >> 8), (byte)length);
        return 4;
    }
}
