using System.Buffers.Binary;

namespace PhoenixChannels.Postgres;

/// <summary>Packs envelopes into as few notifications as they fit into. Used by one thread at a time.</summary>
internal sealed class NotificationWriter(string schema)
{
    readonly string _all = PostgresSchema.ChannelOf(schema);
    readonly Dictionary<string, Open> _open = [];
    ulong _number = (ulong)Random.Shared.NextInt64();

    public List<string> Channels { get; } = [];

    public List<string> Payloads { get; } = [];

    public List<Guid> LargeIds { get; } = [];

    public List<byte[]> LargeEnvelopes { get; } = [];

    public void Clear()
    {
        Channels.Clear();
        Payloads.Clear();
        LargeIds.Clear();
        LargeEnvelopes.Clear();
        _open.Clear();
    }

    public void Add(OutgoingEnvelope envelope)
    {
        if (envelope.Bytes.Length <= NotificationFrame.MaxEnvelope)
        {
            var frame = Reserve(envelope.Node, NotificationFrame.LengthLength + envelope.Bytes.Length);
            BinaryPrimitives.WriteInt32BigEndian(frame, envelope.Bytes.Length);
            envelope.Bytes.Span.CopyTo(frame[NotificationFrame.LengthLength..]);
            return;
        }

        var id = Guid.NewGuid();
        LargeIds.Add(id);
        LargeEnvelopes.Add(envelope.Bytes.ToArray());
        var mark = Reserve(envelope.Node, NotificationFrame.LengthLength + NotificationFrame.IdLength);
        BinaryPrimitives.WriteUInt32BigEndian(mark, NotificationFrame.LargeMark);
        id.TryWriteBytes(mark[NotificationFrame.LengthLength..], bigEndian: true, out _);
    }

    /// <summary>Has all nodes read the outbox more often for a while.</summary>
    public void AddWake() => BinaryPrimitives.WriteUInt32BigEndian(Reserve(null, NotificationFrame.LengthLength), NotificationFrame.WakeMark);

    /// <summary>To be called when all has been added.</summary>
    public void Finish()
    {
        foreach (var (channel, open) in _open) Close(channel, open);
        _open.Clear();
    }

    Span<byte> Reserve(string? node, int length)
    {
        var channel = node is null ? _all : PostgresSchema.ChannelOf(schema, node);
        if (!_open.TryGetValue(channel, out var open)) _open[channel] = open = new();
        if (open.Length + length > NotificationFrame.MaxBytes) Close(channel, open);
        if (open.Length == 0)
        {
            open.Bytes[0] = NotificationFrame.Version;
            BinaryPrimitives.WriteUInt64BigEndian(open.Bytes.AsSpan(1), _number++);
            open.Length = NotificationFrame.HeaderLength;
        }

        var frame = open.Bytes.AsSpan(open.Length, length);
        open.Length += length;
        return frame;
    }

    void Close(string channel, Open open)
    {
        if (open.Length == 0) return;
        Channels.Add(channel);
        Payloads.Add(Convert.ToBase64String(open.Bytes.AsSpan(0, open.Length)));
        open.Length = 0;
    }

    /// <summary>A notification that more may be added to.</summary>
    sealed class Open
    {
        public byte[] Bytes { get; } = new byte[NotificationFrame.MaxBytes];

        public int Length { get; set; }
    }
}
