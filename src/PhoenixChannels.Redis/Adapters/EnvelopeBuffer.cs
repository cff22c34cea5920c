using System.Buffers;
using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>The envelopes of a batch that go to one channel in one message.</summary>
internal sealed class EnvelopeBuffer
{
    /// <summary>Far below what makes Redis drop a subscriber that is a little behind (8 MB for a minute, 32 MB at once).</summary>
    public const int MostBytes = 1024 * 1024;

    const int SmallestRent = 1024;

    byte[] _bytes = [];
    int _length;

    EnvelopeBuffer(string? node, RedisChannel channel)
    {
        Node = node;
        Channel = channel;
    }

    public string? Node { get; }

    public RedisChannel Channel { get; }

    public ReadOnlyMemory<byte> Message => _bytes.AsMemory(0, _length);

    /// <summary>Packs a batch; what goes to one channel keeps its order.</summary>
    public static List<EnvelopeBuffer> Pack(ReadOnlySpan<OutgoingEnvelope> batch, RedisNames names)
    {
        var buffers = new List<EnvelopeBuffer>(1);
        foreach (var (node, bytes) in batch)
        {
            var buffer = buffers.FindLast(buffer => buffer.Node == node);
            if (buffer is null || !buffer.HasRoomFor(bytes.Length)) buffers.Add(buffer = new(node, names.Of(node)));
            buffer.Add(bytes.Span);
        }

        return buffers;
    }

    /// <summary>Gives the memory back, once nobody reads it any more.</summary>
    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    bool HasRoomFor(int envelope) => (long)_length + EnvelopeFrames.HeaderLength + envelope <= MostBytes;

    void Add(ReadOnlySpan<byte> envelope)
    {
        Reserve(_length + EnvelopeFrames.HeaderLength + envelope.Length);
        EnvelopeFrames.WriteHeader(_bytes.AsSpan(_length), envelope.Length);
        envelope.CopyTo(_bytes.AsSpan(_length + EnvelopeFrames.HeaderLength));
        _length += EnvelopeFrames.HeaderLength + envelope.Length;
    }

    void Reserve(int length)
    {
        if (length <= _bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestRent, Math.Max(length, Math.Min(2 * _bytes.Length, MostBytes))));
        Message.Span.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
