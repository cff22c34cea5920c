namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>SignalR's JSON hub protocol.</summary>
sealed class SignalRWire(int topicTag, int payloadBytes) : Wire(topicTag, payloadBytes)
{
    const byte Separator = 0x1e;

    static ReadOnlySpan<byte> End => [Separator];

    public override string Path => "/hub";

    public override bool AddGreeting(FrameBuilder frame)
    {
        frame.Add("{\"protocol\":\"json\",\"version\":1}"u8).Add(End);
        return true;
    }

    public override void AddJoin(FrameBuilder frame, Connection connection)
    {
        AddInvocation(frame, connection, "Join"u8);
        AddTopic(frame, connection);
        frame.Add("]}"u8).Add(End);
    }

    public override void AddHeartbeat(FrameBuilder frame, Connection connection) => frame.Add("{\"type\":6}"u8).Add(End);

    public override void AddEcho(FrameBuilder frame, Connection connection, long number)
    {
        AddInvocation(frame, connection, "Echo"u8);
        AddPayload(frame, number);
        frame.Add("]}"u8).Add(End);
    }

    /// <summary>Without an id, so that it has no answer, as a shout has none in Phoenix.</summary>
    public override void AddShout(FrameBuilder frame, Connection connection, long number)
    {
        frame.Add("{\"type\":1,\"target\":\"Shout\",\"arguments\":["u8);
        AddTopic(frame, connection);
        frame.Add(","u8);
        AddPayload(frame, number);
        frame.Add("]}"u8).Add(End);
    }

    public override void AddWork(FrameBuilder frame, Connection connection, Neighbour neighbour, int milliseconds)
    {
        AddInvocation(frame, connection, neighbour == Neighbour.Burn ? "Burn"u8 : "Block"u8);
        frame.Add("{\"ms\":"u8).Add(milliseconds).Add("}]}"u8).Add(End);
    }

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(Separator);
        var message = at < 0 ? body : body[..at];
        body = at < 0 ? default : body[(at + 1)..];
        return message;
    }

    public override bool? IsAccepted(ReadOnlySpan<byte> message) => message.SequenceEqual("{}"u8) || message.IndexOf("\"type\":3"u8) >= 0 ? !IsFailure(message) : null;

    public override bool IsHeartbeat(ReadOnlySpan<byte> message) => message.SequenceEqual("{\"type\":6}"u8);

    public override bool IsFailure(ReadOnlySpan<byte> message) => message.IndexOf("\"error\""u8) >= 0;

    static void AddInvocation(FrameBuilder frame, Connection connection, ReadOnlySpan<byte> target) =>
        frame.Add("{\"type\":1,\"invocationId\":\""u8).Add(++connection.Reference).Add("\",\"target\":\""u8).Add(target).Add("\",\"arguments\":["u8);
}
