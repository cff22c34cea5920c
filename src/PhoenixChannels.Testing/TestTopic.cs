using PhoenixChannels.Testing.Clients;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Testing;

/// <summary>A topic that the test has subscribed to: sees what is broadcast there, by whomever.</summary>
public sealed class TestTopic : IDisposable
{
    readonly ChannelTestHost _host;
    readonly PubSub _pubSub;
    readonly TopicSubscriber _subscriber = new();

    internal TestTopic(ChannelTestHost host, PubSub pubSub, string topic)
    {
        (_host, _pubSub, Topic) = (host, pubSub, topic);
        pubSub.Registry.Subscribe(topic, _subscriber);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>Waits for a broadcast of an event, and takes it: the first of that name that no expectation has taken yet.</summary>
    /// <typeparam name="T">What its payload is read as; a <see cref="Payload"/> takes it as it is.</typeparam>
    /// <param name="event">The event.</param>
    /// <exception cref="ChannelTestException">It did not come, or its payload is no <typeparamref name="T"/>.</exception>
    public async Task<T> ExpectBroadcastAsync<T>(string @event) => (await TakeAsync(@event, _ => true, "").ConfigureAwait(false)).As<T>($"the broadcast '{@event}'");

    /// <summary>Waits for a broadcast of an event that fulfils a condition, and takes it. Others of that name are left.</summary>
    /// <inheritdoc cref="ExpectBroadcastAsync{T}(string)"/>
    public async Task<T> ExpectBroadcastAsync<T>(string @event, Func<T, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return (await TakeAsync(@event, payload => payload.Fulfils(condition), " that fulfils the condition").ConfigureAwait(false)).Read<T>();
    }

    /// <summary>Waits for a broadcast of an event, whatever it carries.</summary>
    /// <inheritdoc cref="ExpectBroadcastAsync{T}(string)"/>
    public Task<Payload> ExpectBroadcastAsync(string @event) => TakeAsync(@event, _ => true, "");

    /// <summary>Checks, when everything sent has been handled (<see cref="ChannelTestHost.SettleAsync"/>), that an event has not been broadcast that no expectation has taken.</summary>
    /// <param name="event">The event; null for any.</param>
    /// <exception cref="ChannelTestException">It has been broadcast.</exception>
    public async Task ExpectNoBroadcastAsync(string? @event = null)
    {
        await _host.SettleAsync().ConfigureAwait(false);
        if (_subscriber.Inbox.Find(item => @event is null || item.Event == @event).Count == 0) return;
        throw new ChannelTestException($"Expected no broadcast{(@event is null ? "" : $" of '{@event}'")} on '{Topic}', but {Got()}.");
    }

    /// <summary>Ends the subscription.</summary>
    public void Dispose() => _pubSub.Registry.Unsubscribe(Topic, _subscriber);

    async Task<Payload> TakeAsync(string @event, Func<Payload, bool> condition, string which)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var seen = await _subscriber.Inbox.TakeAsync(item => item.Event == @event && condition(item.Payload), () => false, _host.Timeout).ConfigureAwait(false);
        return seen?.Payload ?? throw new ChannelTestException($"Expected a broadcast of '{@event}'{which} on '{Topic}' within {Text.Of(_host.Timeout)}, but {Got()}.{_host.Crashes()}");
    }

    string Got() => Text.Of("the topic got", _subscriber.Inbox.Find(_ => true), _subscriber.Inbox.HasTaken);

    sealed class TopicSubscriber : Subscriber
    {
        public Inbox<Seen> Inbox { get; } = new();

        public override void Deliver(Delivery delivery) => Inbox.Add(new(delivery.Broadcast.Event, delivery.Broadcast.Payload));
    }

    sealed record Seen(string Event, Payload Payload)
    {
        public override string ToString() => $"'{Event}' {Text.Of(Payload)}";
    }
}
