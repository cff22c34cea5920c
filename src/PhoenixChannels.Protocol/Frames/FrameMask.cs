using System.Numerics;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Frames;

/// <summary>The masking of <see href="https://www.rfc-editor.org/rfc/rfc6455#section-5.3">RFC 6455, 5.3</see>: every byte xor the key's byte at its place modulo 4.</summary>
internal static class FrameMask
{
    /// <summary>Masks or unmasks in place.</summary>
    /// <param name="mask">The key, its first byte lowest.</param>
    public static void Apply(Span<byte> data, uint mask)
    {
        var rest = data;
        if (Vector.IsHardwareAccelerated && rest.Length >= Vector<byte>.Count)
        {
            var key = Vector.AsVectorByte(new Vector<uint>(BitConverter.IsLittleEndian ? mask : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask)));
            var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(rest);
            foreach (ref var vector in vectors) vector ^= key;
            rest = rest[(vectors.Length * Vector<byte>.Count)..];
        }

        for (var i = 0; i < rest.Length; i++) rest[i] ^= (byte)(mask >> (8 * (i & 3)));
    }

    /// <summary>The key for the bytes behind <paramref name="count"/> others.</summary>
    public static uint Rotate(uint mask, int count) => BitOperations.RotateRight(mask, 8 * (count & 3));
}
