using System.Security.Cryptography;

namespace PhoenixChannels.Adapters;

/// <summary>Makes this node's envelopes and numbers them.</summary>
internal sealed class EnvelopeWriter(string node)
{
    ulong _sequence;

    public ulong Incarnation { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public byte[] Write(Broadcast broadcast) => Write(broadcast, Interlocked.Increment(ref _sequence));

    /// <summary>For one node alone. It does not count: the others would take its number for a gap.</summary>
    public byte[] WriteDirect(Broadcast broadcast) => Write(broadcast, 0);

    byte[] Write(Broadcast broadcast, ulong sequence) => new Envelope
    {
        Node = node,
        Incarnation = Incarnation,
        Sequence = sequence,
        Topic = broadcast.Topic,
        Event = broadcast.Event,
        IsBinary = broadcast.Payload.IsBinary,
        Payload = broadcast.Payload.Bytes.Span,
    }.ToArray();
}
