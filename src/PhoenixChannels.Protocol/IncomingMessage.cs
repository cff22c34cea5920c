namespace PhoenixChannels;

/// <summary>What a serializer makes of one message of a client: the envelope read, the payload left as bytes.</summary>
public readonly struct IncomingMessage
{
    /// <summary>The join_ref as JSON text, as it came; empty for <c>null</c> or none.</summary>
    public ReadOnlyMemory<byte> JoinRef { get; init; }

    /// <summary>The ref as JSON text, as it came; empty for <c>null</c> or none.</summary>
    public ReadOnlyMemory<byte> Ref { get; init; }

    /// <summary>The topic, or null when it was no string.</summary>
    public string? Topic { get; init; }

    /// <summary>The topic as JSON text when it was no string, to be answered as it came.</summary>
    public ReadOnlyMemory<byte> TopicJson { get; init; }

    /// <summary>The event, or null when it was no string.</summary>
    public string? Event { get; init; }

    /// <summary>The payload.</summary>
    public Payload Payload { get; init; }
}
