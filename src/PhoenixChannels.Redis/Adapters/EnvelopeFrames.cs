using System.Buffers.Binary;

namespace PhoenixChannels.Adapters;

/// <summary>
/// Several envelopes in one message, so that a batch costs few commands: each stands behind its length (4 bytes, big-endian). A negative length marks a message without envelopes, which a node
/// sends to itself to see that it arrives.
/// </summary>
internal static class EnvelopeFrames
{
    public const int HeaderLength = 4;

    public delegate void Taker(ReadOnlySpan<byte> envelope);

    public static void WriteHeader(Span<byte> destination, int length) => BinaryPrimitives.WriteInt32BigEndian(destination, length);

    /// <summary>Hands out the envelopes of a message, up to where it is damaged.</summary>
    /// <returns>Whether it is whole.</returns>
    public static bool Read(ReadOnlySpan<byte> message, Taker take)
    {
        while (message.Length >= HeaderLength)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(message);
            if (length < 0 || length > message.Length - HeaderLength) return false;
            take(message.Slice(HeaderLength, length));
            message = message[(HeaderLength + length)..];
        }

        return message.IsEmpty;
    }

    /// <summary>A message that only its sender understands.</summary>
    public static byte[] CreateProbe(ReadOnlySpan<byte> mark)
    {
        var message = new byte[HeaderLength + mark.Length];
        WriteHeader(message, -1);
        mark.CopyTo(message.AsSpan(HeaderLength));
        return message;
    }

    public static bool IsProbe(ReadOnlySpan<byte> message) => message.Length > HeaderLength && BinaryPrimitives.ReadInt32BigEndian(message) == -1;
}
