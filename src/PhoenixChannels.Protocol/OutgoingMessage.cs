namespace PhoenixChannels;

/// <summary>One message to a client, for a serializer to write.</summary>
public readonly struct OutgoingMessage
{
    /// <summary>What kind of message it is.</summary>
    public OutgoingKind Kind { get; init; }

    /// <summary>The join_ref as JSON text; empty for <c>null</c>.</summary>
    public ReadOnlyMemory<byte> JoinRef { get; init; }

    /// <summary>The ref as JSON text; empty for <c>null</c>.</summary>
    public ReadOnlyMemory<byte> Ref { get; init; }

    /// <summary>The topic; not to be used when <see cref="TopicJson"/> is not empty.</summary>
    public string Topic { get; init; }

    /// <summary>The topic as JSON text where it is no string: the client sent such a topic and gets it back.</summary>
    public ReadOnlyMemory<byte> TopicJson { get; init; }

    /// <summary>The event; <c>phx_reply</c> for a reply.</summary>
    public string Event { get; init; }

    /// <summary>A reply's status; otherwise empty.</summary>
    public string Status { get; init; }

    /// <summary>A reply's response, or the payload. Already encoded: its bytes are written as they are.</summary>
    public Payload Payload { get; init; }

    internal static OutgoingMessage Reply(ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference, string topic, string status, Payload payload) =>
        new() { Kind = OutgoingKind.Reply, JoinRef = joinRef, Ref = reference, Topic = topic, Event = ChannelEvents.Reply, Status = status, Payload = payload };

    internal static OutgoingMessage Push(ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference, string topic, string @event, Payload payload) =>
        new() { Kind = OutgoingKind.Push, JoinRef = joinRef, Ref = reference, Topic = topic, Event = @event, Status = "", Payload = payload };

    internal static OutgoingMessage Broadcast(Broadcast broadcast) =>
        new() { Kind = OutgoingKind.Broadcast, Topic = broadcast.Topic, Event = broadcast.Event, Status = "", Payload = broadcast.Payload };
}
