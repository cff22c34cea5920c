namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>How a protocol says what the scenarios want said. Payloads carry their number as "seq".</summary>
abstract class Wire(int topicTag, int payloadBytes)
{
    /// <summary>Keeps the topics of two runs apart.</summary>
    protected int TopicTag { get; } = topicTag;

    protected byte[] Padding { get; } = [.. Enumerable.Repeat((byte)'x', payloadBytes)];

    public abstract string Path { get; }

    /// <summary>Adds what is sent first on a connection, if the protocol has such a thing.</summary>
    public abstract bool AddGreeting(FrameBuilder frame);

    public abstract void AddJoin(FrameBuilder frame, Connection connection);

    public abstract void AddHeartbeat(FrameBuilder frame, Connection connection);

    public abstract void AddEcho(FrameBuilder frame, Connection connection, long number);

    public abstract void AddShout(FrameBuilder frame, Connection connection, long number);

    /// <summary>Adds a burn or a block.</summary>
    public abstract void AddWork(FrameBuilder frame, Connection connection, Neighbour neighbour, int milliseconds);

    /// <summary>Takes the next message of a frame off.</summary>
    public abstract ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> body);

    /// <summary>What the answer to a join or greeting says; null when it is neither.</summary>
    public abstract bool? IsAccepted(ReadOnlySpan<byte> message);

    /// <summary>Whether the message is the protocol's own sign of life.</summary>
    public abstract bool IsHeartbeat(ReadOnlySpan<byte> message);

    public abstract bool IsFailure(ReadOnlySpan<byte> message);

    /// <summary>The number behind "seq", or 0: numbers begin with 1.</summary>
    public static long NumberIn(ReadOnlySpan<byte> message)
    {
        var name = "\"seq\":"u8;
        var at = message.IndexOf(name);
        if (at < 0) return 0;
        long number = 0;
        for (at += name.Length; at < message.Length && message[at] is >= (byte)'0' and <= (byte)'9'; at++) number = number * 10 + (message[at] - '0');
        return number;
    }

    protected void AddPayload(FrameBuilder frame, long number) => frame.Add("{\"seq\":"u8).Add(number).Add(",\"x\":\""u8).Add(Padding).Add("\"}"u8);

    protected void AddTopic(FrameBuilder frame, Connection connection) => frame.Add("\"room:"u8).Add(TopicTag).Add(":"u8).Add(connection.Topic).Add("\""u8);
}
