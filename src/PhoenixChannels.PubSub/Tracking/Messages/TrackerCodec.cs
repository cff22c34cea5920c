namespace PhoenixChannels.Tracking;

/// <summary>
/// Messages as bytes: a version, the kind, the sender, then by kind a clock, a delta, or two incarnations. A delta is a list of
/// parts; a part has its replica, known ranges, entries, and dots that live elsewhere. Dots are distances to the one before.
/// </summary>
internal static class TrackerCodec
{
    public const byte CurrentVersion = 1;

    const byte HasDelta = 1, IsWhole = 2;

    public static byte[] Write(TrackerMessage message)
    {
        var writer = new TrackerWriter();
        writer.Byte(CurrentVersion);
        writer.Byte((byte)message.Kind);
        writer.Replica(message.Sender);
        switch (message.Kind)
        {
            case MessageKind.Heartbeat:
                WriteClock(writer, message.Clock!);
                WriteDelta(writer, message);
                break;
            case MessageKind.TransferRequest:
                WriteClock(writer, message.Clock!);
                break;
            case MessageKind.State:
                WriteDelta(writer, message);
                break;
            case MessageKind.Superseded:
                writer.Number(message.Superseded.Seen);
                writer.Number(message.Superseded.Known);
                break;
        }

        return writer.ToArray();
    }

    /// <summary>Null for another version, an unknown kind, and for what is no message.</summary>
    public static TrackerMessage? TryRead(ReadOnlySpan<byte> bytes)
    {
        var reader = new TrackerReader(bytes);
        if (reader.Byte() != CurrentVersion) return null;
        var kind = (MessageKind)reader.Byte();
        if (kind is < MessageKind.Heartbeat or > MessageKind.Superseded) return null;
        var sender = reader.Replica();
        var clock = kind is MessageKind.Heartbeat or MessageKind.TransferRequest ? ReadClock(ref reader) : null;
        var flags = kind is MessageKind.Heartbeat or MessageKind.State ? reader.Byte() : 0;
        var message = new TrackerMessage(kind, sender)
        {
            Clock = clock,
            IsWhole = (flags & IsWhole) != 0,
            Delta = (flags & HasDelta) != 0 ? ReadDelta(ref reader) : null,
            Superseded = kind == MessageKind.Superseded ? (reader.Number(), reader.Number()) : default,
        };
        return reader.HasFailed || !reader.IsAtEnd ? null : message;
    }

    static void WriteClock(TrackerWriter writer, Dictionary<ReplicaId, long> clock)
    {
        writer.Number(clock.Count);
        foreach (var (replica, dot) in clock)
        {
            writer.Replica(replica);
            writer.Number(dot);
        }
    }

    static Dictionary<ReplicaId, long> ReadClock(ref TrackerReader reader)
    {
        var clock = new Dictionary<ReplicaId, long>();
        for (var left = reader.Count(); left > 0 && !reader.HasFailed; left--) clock[reader.Replica()] = reader.Dot();
        return clock;
    }

    static void WriteDelta(TrackerWriter writer, TrackerMessage message)
    {
        writer.Byte((byte)((message.Delta is null ? 0 : HasDelta) | (message.IsWhole ? IsWhole : 0)));
        if (message.Delta is null) return;
        writer.Number(message.Delta.Parts.Count);
        foreach (var part in message.Delta.Parts)
        {
            writer.Replica(part.Id);
            WriteRanges(writer, part.Known);
            WriteEntries(writer, part.Entries);
            if (part.LiveElsewhere is null) writer.Number(0L);
            else WriteRanges(writer, part.LiveElsewhere);
        }
    }

    static Delta ReadDelta(ref TrackerReader reader)
    {
        var delta = new Delta();
        for (var left = reader.Count(); left > 0 && !reader.HasFailed; left--)
        {
            var part = new Part(reader.Replica());
            ReadRanges(ref reader, part.Known);
            ReadEntries(ref reader, part);
            var live = new DotSet();
            ReadRanges(ref reader, live);
            if (live.RangeCount > 0) part.LiveElsewhere = live;
            delta.Put(part);
        }

        return delta;
    }

    static void WriteRanges(TrackerWriter writer, DotSet dots)
    {
        writer.Number(dots.RangeCount);
        var last = 0L;
        foreach (var range in dots.Ranges)
        {
            writer.Number(range.First - last);
            writer.Number(range.Last - range.First);
            last = range.Last;
        }
    }

    static void ReadRanges(ref TrackerReader reader, DotSet dots)
    {
        var last = 0L;
        for (var left = reader.Count(); left > 0 && !reader.HasFailed; left--)
        {
            var first = reader.DotAfter(last);
            last = first + reader.Dot();
            if (last > TrackerReader.MaxDot) reader.Fail();
            if (!reader.HasFailed) dots.Add(new DotRange(first, last));
        }
    }

    static void WriteEntries(TrackerWriter writer, DotIndex entries)
    {
        writer.Number(entries.Count);
        var last = 0L;
        foreach (var entry in entries.Items)
        {
            if (entry is null) continue;
            writer.Number(entry.Dot - last);
            writer.Topic(entry.Topic);
            writer.Text(entry.Key);
            writer.Number(entry.Owner);
            writer.Bytes(entry.Meta);
            last = entry.Dot;
        }
    }

    static void ReadEntries(ref TrackerReader reader, Part part)
    {
        var last = 0L;
        for (var left = reader.Count(); left > 0 && !reader.HasFailed; left--)
        {
            last = reader.DotAfter(last);
            var entry = new Entry(reader.Topic(), reader.Text(), (long)reader.Number(), reader.Bytes().ToArray(), last);
            if (!part.Known.Contains(last)) reader.Fail();
            if (!reader.HasFailed) part.Entries.Add(entry);
        }
    }
}
