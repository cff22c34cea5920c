using System.Collections.Concurrent;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Tests.Broadcasting.Topics;

sealed class RecordingSubscriber : Subscriber
{
    readonly ConcurrentQueue<Delivery> _received = new();

    public IReadOnlyCollection<Delivery> Received => _received;

    public override void Deliver(Delivery delivery) => _received.Enqueue(delivery);

    public static Delivery To(string topic, Subscriber? from = null) => new(new(topic, "e", Payload.Empty), from);
}
