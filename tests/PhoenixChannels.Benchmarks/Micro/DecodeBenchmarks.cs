using BenchmarkDotNet.Attributes;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What one message of a client costs before anybody looks at it: the envelope read, the payload checked and left as bytes. The message is a line of chat.</summary>
public class DecodeBenchmarks
{
    const string Body = """{"body":"Good morning, everybody: are we still on for 10 o'clock? \u2615","client_id":42}""";
    const int MaxDepth = 1024;

    static readonly V1JsonSerializer s_v1 = new();
    static readonly V2JsonSerializer s_v2 = new();

    readonly byte[] _v1 = Samples.Text($$"""{"topic":"room:lobby","event":"new_msg","payload":{{Body}},"ref":"17","join_ref":"3"}""");
    readonly byte[] _v2 = Samples.Text($"""["3","17","room:lobby","new_msg",{Body}]""");
    readonly byte[] _binary = [0, 1, 2, 10, 7, .. "3"u8, .. "17"u8, .. "room:lobby"u8, .. "new_msg"u8, .. Samples.Text(Body)];

    [GlobalSetup]
    public void Check()
    {
        if (!V1() || !V2() || !V2Binary()) throw new InvalidOperationException("A message is malformed.");
    }

    [Benchmark]
    public bool V1() => s_v1.TryDecode(_v1, false, MaxDepth, out _);

    [Benchmark]
    public bool V2() => s_v2.TryDecode(_v2, false, MaxDepth, out _);

    [Benchmark]
    public bool V2Binary() => s_v2.TryDecode(_binary, true, MaxDepth, out _);
}
