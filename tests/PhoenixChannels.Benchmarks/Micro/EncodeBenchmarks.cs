using BenchmarkDotNet.Attributes;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What it costs to make one finished frame, header included, of a payload that is encoded: once for a reply or a push, and once for all receivers of a broadcast.</summary>
public class EncodeBenchmarks
{
    IChannelSerializer _serializer = null!;
    OutgoingMessage _reply, _push, _broadcast;

    [Params("V1", "V2", "V2 binary")]
    public string Format { get; set; } = "V2";

    [GlobalSetup]
    public void Prepare()
    {
        var payload = Format == "V2 binary" ? Payload.Binary(Samples.Chat.Bytes) : Samples.Chat;
        _serializer = Format == "V1" ? new V1JsonSerializer() : new V2JsonSerializer();
        _reply = OutgoingMessage.Reply(Samples.Text("\"3\""), Samples.Text("\"17\""), "room:lobby", "ok", payload);
        _push = OutgoingMessage.Push(Samples.Text("\"3\""), default, "room:lobby", "new_msg", payload);
        _broadcast = OutgoingMessage.Broadcast(new("room:lobby", "new_msg", payload));
    }

    [Benchmark]
    public int Reply() => MessageBuffer.Encode(_serializer, _reply).Length;

    [Benchmark]
    public int Push() => MessageBuffer.Encode(_serializer, _push).Length;

    [Benchmark]
    public int Broadcast() => MessageBuffer.Encode(_serializer, _broadcast).Length;
}
