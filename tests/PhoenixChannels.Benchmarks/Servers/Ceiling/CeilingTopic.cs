using System.Collections.Concurrent;
using System.Text;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>A topic's subscribers. Its name is the raw JSON string, quotes included, because that is what frames carry.</summary>
sealed class CeilingTopic(byte[] name)
{
    static readonly ConcurrentDictionary<string, CeilingTopic> s_all = new();

    readonly Lock _gate = new();
    CeilingClient[] _subscribers = new CeilingClient[2];
    int _count;

    public byte[] Name { get; } = name;

    public static CeilingTopic Join(ReadOnlySpan<byte> name, CeilingClient client)
    {
        var topic = s_all.GetOrAdd(Encoding.Latin1.GetString(name), static name => new(Encoding.Latin1.GetBytes(name)));
        lock (topic._gate)
        {
            if (topic._count == topic._subscribers.Length) Array.Resize(ref topic._subscribers, topic._count * 2);
            topic._subscribers[topic._count++] = client;
        }

        return topic;
    }

    public void Leave(CeilingClient client)
    {
        lock (_gate)
        {
            var at = Array.IndexOf(_subscribers, client, 0, _count);
            if (at < 0) return;
            _subscribers[at] = _subscribers[--_count];
            _subscribers[_count] = null!;
        }
    }

    /// <summary>Copies one frame into every subscriber's pipe. What gathers until the flusher's turn is one write per subscriber.</summary>
    public void Broadcast(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
            foreach (var subscriber in _subscribers.AsSpan(0, _count))
                if (subscriber.Append(frame)) CeilingFlusher.Add(subscriber);
        CeilingFlusher.Schedule();
    }
}
