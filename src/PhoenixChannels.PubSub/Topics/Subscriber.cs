namespace PhoenixChannels.Topics;

/// <summary>One subscription to one topic.</summary>
internal abstract class Subscriber
{
    /// <summary>Its place among the topic's subscribers; the registry's own.</summary>
    internal int Slot;

    /// <summary>Takes a broadcast. Called on the publisher's thread: only queues, never waits, never throws.</summary>
    public abstract void Deliver(Delivery delivery);
}
