using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>A WebSocket frame, legal or not.</summary>
internal sealed record Frame(Opcode Opcode, ReadOnlyMemory<byte> Payload)
{
    public bool Final { get; init; } = true;

    /// <summary>The three reserved bits.</summary>
    public int Reserved { get; init; }

    public bool Masked { get; init; } = true;

    /// <summary>The length that the header tells, when it is not the payload's.</summary>
    public long? DeclaredLength { get; init; }

    public bool IsControl => (byte)Opcode >= 8;

    public static Frame Text(string text) => new(Opcode.Text, Encoding.UTF8.GetBytes(text));

    /// <param name="code">Null: a Close without a payload.</param>
    /// <param name="reason">What follows the code.</param>
    public static Frame Close(int? code, string reason = "") =>
        new(Opcode.Close, code is { } c ? [(byte)(c >> 8), (byte)c, .. Encoding.UTF8.GetBytes(reason)] : Array.Empty<byte>());

    public void WriteTo(Stream stream)
    {
        stream.WriteByte((byte)((Final ? 0x80 : 0) | (Reserved << 4) | (byte)Opcode));
        WriteLength(stream, DeclaredLength ?? Payload.Length, Masked ? 0x80 : 0);
        if (!Masked)
        {
            stream.Write(Payload.Span);
            return;
        }

        var key = RandomNumberGenerator.GetBytes(4);
        stream.Write(key);
        stream.Write(ApplyMask(Payload, key));
    }

    public static byte[] ApplyMask(ReadOnlyMemory<byte> payload, ReadOnlySpan<byte> key)
    {
        var bytes = payload.ToArray();
        for (var i = 0; i < bytes.Length; i++) bytes[i] ^= key[i & 3];

        return bytes;
    }

    static void WriteLength(Stream stream, long length, int maskBit)
    {
        Span<byte> bytes = stackalloc byte[8];
        switch (length)
        {
            case <= 125:
                stream.WriteByte((byte)(maskBit | (int)length));
                break;
            case <= ushort.MaxValue:
                stream.WriteByte((byte)(maskBit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
                stream.Write(bytes[..2]);
                break;
            default:
                stream.WriteByte((byte)(maskBit | 127));
                BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)length);
                stream.Write(bytes);
                break;
        }
    }
}
