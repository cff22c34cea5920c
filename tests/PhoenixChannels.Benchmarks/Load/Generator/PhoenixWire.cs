namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Phoenix Channels, protocol version 2, text.</summary>
sealed class PhoenixWire(int topicTag, int payloadBytes) : Wire(topicTag, payloadBytes)
{
    public override string Path => "/socket/websocket?vsn=2.0.0";

    public override bool AddGreeting(FrameBuilder frame) => false;

    public override void AddJoin(FrameBuilder frame, Connection connection)
    {
        AddHead(frame, connection);
        frame.Add(",\"phx_join\",{}]"u8);
    }

    public override void AddHeartbeat(FrameBuilder frame, Connection connection) =>
        frame.Add("[null,\""u8).Add(++connection.Reference).Add("\",\"phoenix\",\"heartbeat\",{}]"u8);

    public override void AddEcho(FrameBuilder frame, Connection connection, long number) => AddPush(frame, connection, ",\"echo\","u8, number);

    public override void AddShout(FrameBuilder frame, Connection connection, long number) => AddPush(frame, connection, ",\"shout\","u8, number);

    public override void AddWork(FrameBuilder frame, Connection connection, Neighbour neighbour, int milliseconds)
    {
        AddHead(frame, connection);
        frame.Add(neighbour == Neighbour.Burn ? ",\"burn\",{\"ms\":"u8 : ",\"block\",{\"ms\":"u8).Add(milliseconds).Add("}]"u8);
    }

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> body)
    {
        var message = body;
        body = default;
        return message;
    }

    public override bool? IsAccepted(ReadOnlySpan<byte> message) => message.IndexOf("\"phx_reply\""u8) < 0 ? null : message.IndexOf("\"status\":\"ok\""u8) >= 0;

    public override bool IsHeartbeat(ReadOnlySpan<byte> message) => message[..Math.Min(message.Length, 24)].IndexOf("\"phoenix\""u8) > 0;

    public override bool IsFailure(ReadOnlySpan<byte> message) => message.IndexOf("\"phx_error\""u8) >= 0 || message.IndexOf("\"status\":\"error\""u8) >= 0;

    void AddPush(FrameBuilder frame, Connection connection, ReadOnlySpan<byte> name, long number)
    {
        AddHead(frame, connection);
        frame.Add(name);
        AddPayload(frame, number);
        frame.Add("]"u8);
    }

    void AddHead(FrameBuilder frame, Connection connection)
    {
        frame.Add("[\"1\",\""u8).Add(++connection.Reference).Add("\","u8);
        AddTopic(frame, connection);
    }
}
