using System.Buffers;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

sealed class RecordingReader(int maxMessageSize = 1 << 20) : FrameReader(maxMessageSize)
{
    ReadOnlyMemory<byte>[] _waiting = [];

    public List<(byte[] Bytes, bool Binary)> Messages { get; } = [];

    public List<byte[]> Pings { get; } = [];

    /// <summary>Messages and pings in the order in which they came.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What each message is answered with.</summary>
    public Func<byte[], int> Answer { get; init; } = _ => 0;

    /// <summary>Bytes given to it that it has left in the input.</summary>
    public int Waiting => _waiting.Sum(part => part.Length);

    /// <summary>Hands it one more part of the input, behind what it has left there.</summary>
    public int Feed(ReadOnlyMemory<byte> part)
    {
        var input = Segments.Of([.. _waiting, part]);
        var code = Read(ref input);
        List<ReadOnlyMemory<byte>> rest = [];
        foreach (var memory in input)
            if (!memory.IsEmpty) rest.Add(memory);
        _waiting = [.. rest];
        return code;
    }

    /// <summary>Hands it parts until it closes; the code, or 0 when it has not.</summary>
    public int FeedAll(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        foreach (var part in parts)
        {
            var code = Feed(part);
            if (code != 0) return code;
        }

        return 0;
    }

    public void End() => Release();

    protected override int OnMessage(byte[] message, bool binary)
    {
        Messages.Add((message, binary));
        Log.Add($"{(binary ? "binary" : "text")} {message.Length}");
        return Answer(message);
    }

    protected override void OnPing(ReadOnlySpan<byte> data)
    {
        Pings.Add(data.ToArray());
        Log.Add($"ping {data.Length}");
    }
}
