using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Topics;

/// <summary>
/// Who has subscribed to what. A topic with one subscriber costs a dictionary entry, one with more a list of slots. Broadcasts walk
/// without a lock.
/// </summary>
/// <param name="interestChanged">Told, under the topic's lock, when a topic gets its first subscriber and loses its last.</param>
internal sealed class TopicRegistry(Action<string, bool>? interestChanged = null)
{
    const int ShardCount = 128;

    readonly Dictionary<string, object>[] _shards = CreateShards();

    public void Subscribe(string topic, Subscriber subscriber)
    {
        var shard = ShardOf(topic);
        lock (shard)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, topic, out var exists);
            if (!exists)
            {
                entry = subscriber;
                interestChanged?.Invoke(topic, true);
                return;
            }

            if (entry is Subscriber first)
            {
                var slots = new SubscriberSlots();
                slots.Add(first);
                entry = slots;
            }

            Unsafe.As<SubscriberSlots>(entry!).Add(subscriber);
        }
    }

    /// <summary>Removes a subscriber; one that is not there is passed over.</summary>
    public void Unsubscribe(string topic, Subscriber subscriber)
    {
        var shard = ShardOf(topic);
        lock (shard)
        {
            if (!shard.TryGetValue(topic, out var entry)) return;
            if (entry is SubscriberSlots slots)
            {
                slots.Remove(subscriber);
                if (slots.Count > 0) return;
            }
            else if (!ReferenceEquals(entry, subscriber))
            {
                return;
            }

            shard.Remove(topic);
            interestChanged?.Invoke(topic, false);
        }
    }

    /// <summary>Hands a broadcast to every subscriber of its topic but the one it is from.</summary>
    public void Deliver(Delivery delivery)
    {
        var topic = delivery.Broadcast.Topic;
        var shard = ShardOf(topic);
        object? entry;
        ReadOnlySpan<Subscriber?> subscribers;
        lock (shard)
        {
            if (!shard.TryGetValue(topic, out entry)) return;
            subscribers = entry is SubscriberSlots slots ? slots.Items : default;
        }

        if (entry is Subscriber only)
        {
            if (!ReferenceEquals(only, delivery.From)) only.Deliver(delivery);
            return;
        }

        foreach (ref readonly var place in subscribers)
        {
            var subscriber = Volatile.Read(in place);
            if (subscriber is not null && !ReferenceEquals(subscriber, delivery.From)) subscriber.Deliver(delivery);
        }
    }

    /// <summary>Whether a topic has a subscriber.</summary>
    public bool Has(ReadOnlySpan<char> topic)
    {
        var shard = _shards[(uint)string.GetHashCode(topic, StringComparison.Ordinal) % ShardCount];
        lock (shard) return shard.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(topic);
    }

    /// <summary>How many subscribers a topic has.</summary>
    public int CountOf(string topic)
    {
        var shard = ShardOf(topic);
        lock (shard)
        {
            if (!shard.TryGetValue(topic, out var entry)) return 0;
            return entry is SubscriberSlots slots ? slots.Count : 1;
        }
    }

    /// <summary>How many topics have subscribers.</summary>
    public int TopicCount
    {
        get
        {
            var count = 0;
            foreach (var shard in _shards)
                lock (shard) count += shard.Count;
            return count;
        }
    }

    Dictionary<string, object> ShardOf(string topic) => _shards[(uint)topic.GetHashCode(StringComparison.Ordinal) % ShardCount];

    static Dictionary<string, object>[] CreateShards()
    {
        var shards = new Dictionary<string, object>[ShardCount];
        for (var i = 0; i < ShardCount; i++) shards[i] = [];
        return shards;
    }
}
