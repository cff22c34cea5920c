using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;
using PhoenixChannels.Presences;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Connections;

/// <remarks>What a channel does: sends, broadcasts, subscribes, stops; and what comes to it from others. From any thread.</remarks>
internal sealed partial class ChannelProcess
{
    public void Push(string @event, Payload payload)
    {
        ArgumentNullException.ThrowIfNull(@event);
        RequireJoined(nameof(Push));
        payload = payload.Encode(Endpoint.Json);
        OutgoingCheck.Payload(payload);
        Send(Encode(OutgoingMessage.Push(_sentJoinRef, default, Topic, @event, payload)));
    }

    public void Reply(ReadOnlyMemory<byte> reference, Reply reply)
    {
        if (reply.Status is { } status) Reply(reference, status, reply.Payload.Encode(Endpoint.Json));
    }

    public void Reply(ReadOnlyMemory<byte> reference, string status, Payload response) =>
        Send(Encode(OutgoingMessage.Reply(_sentJoinRef, reference, Topic, status, response)));

    /// <summary>A reply of the library's own making, from any thread; never throws.</summary>
    public void ReplyOwn(ReadOnlyMemory<byte> reference, string status, Payload response)
    {
        var frame = Connection.EncodeOwn(OutgoingMessage.Reply(_sentJoinRef, reference, Topic, status, response));
        if (!frame.IsDefault) Send(frame);
    }

    public ValueTask BroadcastAsync(string @event, Payload payload, bool fromSelf, CancellationToken cancellationToken)
    {
        RequireJoined(fromSelf ? "BroadcastFromAsync" : nameof(BroadcastAsync));
        var broadcast = Endpoint.PubSub.Prepare(Topic, @event, payload.Encode(Endpoint.Json));
        return Endpoint.PubSub.PublishAsync(broadcast, fromSelf ? _subscriber : null, cancellationToken);
    }

    public void LocalBroadcast(string @event, Payload payload)
    {
        RequireJoined(nameof(LocalBroadcast));
        Endpoint.PubSub.LocalBroadcast(Topic, @event, payload.Encode(Endpoint.Json));
    }

    public void Send(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (State == ChannelState.Ended) CountLate();
        else if (!TryPost(new InfoLetter(message), Endpoint.Options.MaxMailboxLength)) throw new InvalidOperationException($"The channel's mailbox is full: {Endpoint.Options.MaxMailboxLength} messages wait.");
    }

    public IDisposable SendAfter(object message, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(message);
        var delayed = new DelayedMessage(this, message);
        lock (Connection.Sync)
        {
            if (State == ChannelState.Ended)
            {
                CountLate();
                return delayed;
            }

            delayed.Start(Endpoint.Time, delay);
            (Belongings.Delayed ??= []).Add(delayed);
        }

        return delayed;
    }

    /// <summary>Posts a delayed message; one that finds the mailbox full crashes the channel rather than being lost in silence.</summary>
    public void Take(DelayedMessage delayed)
    {
        Forget(delayed);
        TakeOrCrash(new InfoLetter(delayed.Message));
    }

    public void Forget(DelayedMessage delayed)
    {
        lock (Connection.Sync) _belongings?.Delayed?.Remove(delayed);
    }

    public void Subscribe(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        RequireJoined(nameof(Subscribe));
        lock (Connection.Sync)
        {
            if (State == ChannelState.Ended || (_belongings?.OtherTopics?.ContainsKey(topic) ?? false)) return;
            var subscriber = new OtherTopicSubscriber(this);
            (Belongings.OtherTopics ??= []).Add(topic, subscriber);
            Endpoint.PubSub.Registry.Subscribe(topic, subscriber);
        }
    }

    public void Unsubscribe(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        lock (Connection.Sync)
        {
            if (_belongings?.OtherTopics is { } others && others.Remove(topic, out var subscriber)) Endpoint.PubSub.Registry.Unsubscribe(topic, subscriber);
        }
    }

    /// <summary>What the channel tracks by; its end untracks. One that has ended tracks nothing.</summary>
    public PresenceOwner PresenceOwnerOf(Presence presence, string method)
    {
        RequireJoined(method);
        lock (Connection.Sync)
        {
            foreach (var known in _belongings?.Presences ?? [])
                if (ReferenceEquals(known.Presence, presence)) return known;
            var owner = new PresenceOwner(presence);
            if (State == ChannelState.Ended) owner.End();
            else (Belongings.Presences ??= []).Add(owner);
            return owner;
        }
    }

    public void Stop()
    {
        RequireJoined(nameof(Stop));
        if (State == ChannelState.Ended)
        {
            CountLate();
        }
        else if (!_isStopping)
        {
            _isStopping = true;
            Post(new StopLetter());
        }
    }

    /// <summary>Takes a broadcast on the channel's topic: straight to the client, unless the channel wants to see it first.</summary>
    void Take(Delivery delivery)
    {
        if (_intercepts.Length > 0 && Array.IndexOf(_intercepts, delivery.Broadcast.Event) >= 0)
        {
            TakeOrCrash(new InterceptedLetter(delivery.Broadcast));
            return;
        }

        var frame = delivery.FrameFor(Connection.Serializer, out var failure);
        if (failure is not null) LogNotEncoded(Endpoint.ChannelLog, Route.Pattern, LogText.Of(delivery.Broadcast.Event), failure);
        if (frame.IsDefault || !Connection.CanCarry(frame)) Endpoint.Metrics.Missed.Add(1);
        else Connection.Send(this, frame);
    }

    void TakeOrCrash(CallbackLetter letter)
    {
        if (State == ChannelState.Ended) return;
        if (TryPost(letter, Endpoint.Options.MaxMailboxLength)) return;
        Endpoint.Metrics.Crashes.Add(1, new KeyValuePair<string, object?>(Tags.TopicPattern, Route.Pattern));
        LogOverrun(Endpoint.ChannelLog, Route.Pattern, Endpoint.Options.MaxMailboxLength);
        Connection.Kill(this, TerminationReason.Crashed, ErrorFrame(), Reasons.JoinCrashed);
    }

    void Send(EncodedFrame frame)
    {
        if (!Connection.Send(this, frame)) CountLate();
    }

    void RequireJoined(string method)
    {
        if (State == ChannelState.Joining) throw new InvalidOperationException($"{method} was called from JoinAsync, which only decides whether the client may join. Move this to JoinedAsync, which runs as soon as the client is in.");
    }

    sealed class ChannelSubscriber(ChannelProcess process) : Subscriber
    {
        public override void Deliver(Delivery delivery) => process.Take(delivery);
    }

    sealed class OtherTopicSubscriber(ChannelProcess process) : Subscriber
    {
        public override void Deliver(Delivery delivery) => process.TakeOrCrash(new InfoLetter(delivery.Broadcast));
    }
}
