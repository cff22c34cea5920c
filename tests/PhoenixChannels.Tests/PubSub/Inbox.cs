using Queue = System.Threading.Channels.Channel;

namespace PhoenixChannels.Tests.Broadcasting;

/// <summary>A subscription that keeps what it gets.</summary>
sealed class Inbox : IDisposable
{
    public const string End = "end";

    readonly System.Threading.Channels.Channel<Broadcast> _received = Queue.CreateUnbounded<Broadcast>();

    public Inbox(PubSub pubSub, string topic = "t") => Subscription = pubSub.Subscribe(topic, (broadcast, _) =>
    {
        _received.Writer.TryWrite(broadcast);
        return default;
    }, new() { Capacity = int.MaxValue });

    public Subscription Subscription { get; }

    public Task<Broadcast> NextAsync() => _received.Reader.ReadAsync().AsTask().InTimeAsync();

    /// <summary>The events that come before <see cref="End"/>.</summary>
    public async Task<List<string>> UpToEndAsync()
    {
        List<string> events = [];
        for (var next = await NextAsync(); next.Event != End; next = await NextAsync()) events.Add(next.Event);
        return events;
    }

    public void Dispose() => Subscription.Dispose();
}
