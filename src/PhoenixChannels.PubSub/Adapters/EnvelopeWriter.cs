using System.Security.Cryptography;
using System.Text;

namespace PhoenixChannels.Adapters;

/// <summary>Makes this node's envelopes and numbers them. Numbers are given by one thread at a time.</summary>
internal sealed class EnvelopeWriter(string node)
{
    readonly byte[] _node = Encoding.UTF8.GetBytes(node);
    ulong _sequence;

    public ulong Incarnation { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>The next of those that are counted.</summary>
    public byte[] Write(Broadcast broadcast) => Write(broadcast, ++_sequence, isToSender: false);

    /// <summary>For one node alone. It does not count: the others would take its number for a gap.</summary>
    public byte[] WriteDirect(Broadcast broadcast) => Write(broadcast, 0, isToSender: false);

    /// <summary>For all nodes, this one among them, with a transaction that may never be committed: it does not count.</summary>
    public byte[] WriteUncounted(Broadcast broadcast) => Write(broadcast, 0, isToSender: true);

    public byte[] WriteBeacon(Beacon beacon) => new Envelope
    {
        Node = _node,
        Incarnation = Incarnation,
        Sequence = _sequence,
        Topic = default,
        Event = default,
        IsBeacon = true,
        Payload = beacon.ToArray(),
    }.ToArray();

    /// <summary>The last <paramref name="count"/> numbers are given anew: the engine has not taken what had them.</summary>
    public void TakeBack(int count) => _sequence -= (ulong)count;

    byte[] Write(Broadcast broadcast, ulong sequence, bool isToSender)
    {
        var length = Encoding.UTF8.GetByteCount(broadcast.Topic) + Encoding.UTF8.GetByteCount(broadcast.Event);
        var texts = length <= 512 ? stackalloc byte[length] : new byte[length];
        var topic = texts[..Encoding.UTF8.GetBytes(broadcast.Topic, texts)];
        var name = texts[topic.Length..];
        Encoding.UTF8.GetBytes(broadcast.Event, name);
        return new Envelope
        {
            Node = _node,
            Incarnation = Incarnation,
            Sequence = sequence,
            Topic = topic,
            Event = name,
            IsBinary = broadcast.Payload.IsBinary,
            IsToSender = isToSender,
            Payload = broadcast.Payload.Bytes.Span,
        }.ToArray();
    }
}
