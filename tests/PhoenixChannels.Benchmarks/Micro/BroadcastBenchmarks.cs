using BenchmarkDotNet.Attributes;
using PhoenixChannels.Benchmarks.Fakes;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What a broadcast costs its sender, from the value to the shared frame in every subscriber's outbox; the writing to sockets comes after that, on other threads.</summary>
public class BroadcastBenchmarks
{
    readonly Node _node = new();

    [Params(1, 100, 1000)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var serializer = new V2JsonSerializer();
        for (var i = 0; i < Subscribers; i++) _node.PubSub.Registry.Subscribe("room:lobby", new FakeClient(serializer));
    }

    [Benchmark]
    public void Broadcast() => _node.PubSub.BroadcastAsync("room:lobby", "new_msg", new NewMessage("Good morning, everybody: are we still on for 10 o'clock?", "ann")).AsTask().GetAwaiter().GetResult();

    sealed record NewMessage(string Body, string User);
}
