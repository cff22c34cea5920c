using System.Buffers.Binary;

namespace PhoenixChannels.Tests.Protocol.Frames;

/// <summary>Frames as a client writes them, wrong ones included.</summary>
static class ClientFrame
{
    public const byte Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    static readonly byte[] s_mask = [0x37, 0xfa, 0x21, 0x3d];

    public static byte[] Of(byte opcode, ReadOnlySpan<byte> payload, bool final = true, int rsv = 0)
    {
        byte[] header = [.. Header(opcode, payload.Length, final, rsv), .. s_mask];
        var frame = new byte[header.Length + payload.Length];
        header.CopyTo(frame, 0);
        for (var i = 0; i < payload.Length; i++) frame[header.Length + i] = (byte)(payload[i] ^ s_mask[i & 3]);
        return frame;
    }

    public static byte[] Of(byte opcode, string payload, bool final = true, int rsv = 0) => Of(opcode, payload.Utf8(), final, rsv);

    public static byte[] CloseWith(int code, string reason = "") => Of(Close, (byte[])[(byte)(code >> 8), (byte)code, .. reason.Utf8()]);

    /// <summary>A header that says a mask follows, without the mask.</summary>
    public static byte[] Header(byte opcode, long length, bool final = true, int rsv = 0)
    {
        var first = (byte)((final ? 0x80 : 0) | rsv << 4 | opcode);
        var extended = new byte[length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8];
        if (extended.Length == 2) BinaryPrimitives.WriteUInt16BigEndian(extended, (ushort)length);
        if (extended.Length == 8) BinaryPrimitives.WriteInt64BigEndian(extended, length);
        return [first, (byte)(0x80 | extended.Length switch { 0 => (int)length, 2 => 126, _ => 127 }), .. extended];
    }
}
