using PhoenixChannels.Topics;

namespace PhoenixChannels.Benchmarks.Fakes;

/// <summary>A subscriber that does with a broadcast what a joined channel does: the shared frame, into an outbox, under its lock.</summary>
sealed class FakeClient(IChannelSerializer serializer) : Subscriber
{
    public FakeOutbox Outbox { get; } = new();

    public int LastLength { get; private set; }

    public override void Deliver(Delivery delivery)
    {
        var frame = delivery.FrameFor(serializer, out _);
        lock (Outbox) Outbox.TryAdd(frame);
        LastLength = frame.Length;
    }
}
