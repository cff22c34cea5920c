using PhoenixChannels.Benchmarks.Load.Generator;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>Callers side by side, each of which awaits one message before it sends the next.</summary>
sealed class Sender(Messenger messenger)
{
    readonly Lock _lock = new();
    readonly Latency _latency = new();
    int _calls, _messages;

    /// <param name="callers">How many at once.</param>
    /// <param name="topics">Over how many topics they are spread.</param>
    /// <param name="seconds">How long.</param>
    public async Task<Sent> RunAsync(int callers, int topics, double seconds)
    {
        var start = Clock.Now;
        var end = start + Clock.Of(seconds);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(Messenger.TopicOf(caller % topics), end))));
        return new(start, Clock.Now, _calls, _messages, _latency.Microseconds(50), _latency.Microseconds(99));
    }

    async Task CallAsync(string topic, long end)
    {
        for (var now = Clock.Now; now < end;)
        {
            var called = now;
            var messages = await messenger.SendAsync(topic);
            now = Clock.Now;
            lock (_lock)
            {
                _calls++;
                _messages += messages;
                _latency.Record(now - called);
            }
        }
    }
}
