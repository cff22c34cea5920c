using BenchmarkDotNet.Attributes;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What the table of subscriptions costs by itself: a join and a leave of a topic with others on it, and a walk over them.</summary>
public class RegistryBenchmarks
{
    const string Topic = "room:lobby";

    readonly TopicRegistry _registry = new();
    readonly Nobody _client = new();
    readonly Delivery _delivery = new(new(Topic, "new_msg", Samples.Chat), null);

    [Params(1, 100, 1000)]
    public int Others { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 0; i < Others; i++) _registry.Subscribe(Topic, new Nobody());
    }

    [Benchmark]
    public void SubscribeAndUnsubscribe()
    {
        _registry.Subscribe(Topic, _client);
        _registry.Unsubscribe(Topic, _client);
    }

    [Benchmark]
    public void Deliver() => _registry.Deliver(_delivery);

    sealed class Nobody : Subscriber
    {
        public override void Deliver(Delivery delivery)
        {
        }
    }
}
