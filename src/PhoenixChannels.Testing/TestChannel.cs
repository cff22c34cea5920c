using PhoenixChannels.Connections;
using PhoenixChannels.Testing.Clients;

namespace PhoenixChannels.Testing;

/// <summary>A channel that the client has joined, seen from the client.</summary>
public sealed class TestChannel
{
    readonly TaskCompletionSource<Termination> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<Exception> _failures = [];
    bool _isExitSeen;

    internal TestChannel(TestSocket socket, string topic, string joinRef)
    {
        Socket = socket;
        Topic = topic;
        JoinRef = joinRef;
    }

    /// <summary>The connection.</summary>
    public TestSocket Socket { get; }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>What the server answered to the join.</summary>
    public TestReply JoinReply { get; internal set; }

    internal string JoinRef { get; }

    /// <summary>The server's side; null until the join has arrived, and when no channel is mapped on the topic.</summary>
    internal ChannelProcess? Process { get; set; }

    /// <summary>Whether the join has been accepted. Under the inbox's lock.</summary>
    internal bool IsMember { get; set; }

    /// <summary>Whether the server has said that nothing more comes. Under the inbox's lock.</summary>
    internal bool IsClosed { get; set; }

    ChannelProcess Joined => Process ?? throw new InvalidOperationException($"The client has not joined '{Topic}'.");

    /// <summary>Sends an event to the channel. Does not wait; after the channel's end the server answers that the topic is unmatched.</summary>
    /// <param name="event">The event.</param>
    /// <param name="payload">What becomes a JSON object, or <c>byte[]</c> or a <see cref="Payload"/>; nothing is <c>{}</c>.</param>
    public TestPush Push(string @event, object? payload = null)
    {
        // Once the channel has ended it is the socket that answers.
        var answering = IsClosed ? null : this;
        return new(Socket, answering, @event, Socket.Send(JoinRef, Topic, @event, payload.ToPayload()));
    }

    /// <summary>Posts a message to the channel, as it does itself by <see cref="Channel.Send"/>; it arrives in its HandleInfoAsync.</summary>
    public void Send(object message) => Joined.Send(message);

    /// <summary>Broadcasts on the channel's topic as the channel itself does: to all, this client included.</summary>
    public Task BroadcastAsync(string @event, object? payload = null) => Joined.BroadcastAsync(@event, payload.ToPayload(), fromSelf: false, CancellationToken.None).AsTask();

    /// <summary>Broadcasts on the channel's topic as the channel itself does, to all but this client.</summary>
    public Task BroadcastFromAsync(string @event, object? payload = null) => Joined.BroadcastAsync(@event, payload.ToPayload(), fromSelf: true, CancellationToken.None).AsTask();

    /// <summary>Waits until the client has got an event, and takes it: the first of that name that no expectation has taken yet.</summary>
    /// <typeparam name="T">What its payload is read as; a <see cref="Payload"/> takes it as it is.</typeparam>
    /// <param name="event">The event, pushed or broadcast.</param>
    /// <exception cref="ChannelTestException">It did not come, or its payload is no <typeparamref name="T"/>.</exception>
    public async Task<T> ExpectPushAsync<T>(string @event) => (await TakeAsync(@event, _ => true, "").ConfigureAwait(false)).As<T>($"the push '{@event}'");

    /// <summary>Waits until the client has got an event that fulfils a condition, and takes it. Others of that name are left.</summary>
    /// <inheritdoc cref="ExpectPushAsync{T}(string)"/>
    public async Task<T> ExpectPushAsync<T>(string @event, Func<T, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return (await TakeAsync(@event, payload => payload.Fulfils(condition), " that fulfils the condition").ConfigureAwait(false)).Read<T>();
    }

    /// <summary>Waits until the client has got an event, whatever it carries.</summary>
    /// <inheritdoc cref="ExpectPushAsync{T}(string)"/>
    public Task<Payload> ExpectPushAsync(string @event) => TakeAsync(@event, _ => true, "");

    /// <summary>Checks, when everything sent has been handled (<see cref="ChannelTestHost.SettleAsync"/>), that the client has not got an event that no expectation has taken.</summary>
    /// <param name="event">The event; null for any.</param>
    /// <exception cref="ChannelTestException">It has come, or the channel has crashed and no <see cref="ExpectExitAsync()"/> has been told.</exception>
    public async Task ExpectNoPushAsync(string? @event = null)
    {
        await Socket.Host.SettleAsync().ConfigureAwait(false);
        var expected = @event is null ? "no push" : $"no push of '{@event}'";
        if (Socket.Inbox.Find(received => IsPush(received, @event)).Count > 0) throw Socket.Failed(this, $"Expected {expected}, but {Socket.Got(this)}.", null);
        RequireNoCrash(expected);
    }

    /// <summary>Leaves, and waits for the server's answer and for the channel to have ended. Leaving again is answered as well.</summary>
    /// <exception cref="ChannelTestException">The server does not answer, or the channel goes on.</exception>
    public async Task LeaveAsync()
    {
        var leaving = new TestPush(Socket, null, ChannelEvents.Leave, Socket.Send(JoinRef, Topic, ChannelEvents.Leave, Payload.Empty));
        await leaving.ExpectReplyAsync().ConfigureAwait(false);
        await ExpectExitAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the channel has ended on the server, TerminateAsync included.</summary>
    /// <returns>Why it ended and, when it crashed, what was thrown.</returns>
    /// <exception cref="ChannelTestException">It goes on.</exception>
    public async Task<Termination> ExpectExitAsync()
    {
        await ((Task)_ended.Task).WaitAsync(Socket.Host.Timeout, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_ended.Task.IsCompleted) throw Socket.Failed(this, $"Expected the channel '{Topic}' to end within {Text.Of(Socket.Host.Timeout)}, but it goes on; {Socket.Got(this)}.", null);
        _isExitSeen = true;
        return await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Waits until the channel has ended for a certain reason.</summary>
    /// <inheritdoc cref="ExpectExitAsync()"/>
    public async Task<Termination> ExpectExitAsync(TerminationReason reason)
    {
        var termination = await ExpectExitAsync().ConfigureAwait(false);
        return termination.Reason == reason
            ? termination
            : throw Socket.Failed(this, $"Expected the channel '{Topic}' to end as {reason}, but it ended as {termination.Reason}.", termination.Exception);
    }

    /// <summary>A crash that the test does not know of is no reason to be content that nothing came.</summary>
    internal void RequireNoCrash(string expected)
    {
        if (_isExitSeen || _ended.Task is not { IsCompletedSuccessfully: true, Result.Reason: TerminationReason.Crashed }) return;
        throw Socket.Failed(this, $"Expected {expected} from a channel that goes on, but it has ended.", null);
    }

    internal void Failed(Exception exception)
    {
        lock (Socket.Inbox.Sync) _failures.Add(exception);
    }

    internal void Ended(Termination termination)
    {
        _ended.TrySetResult(termination);
        Socket.Inbox.Changed();
    }

    /// <summary>What went wrong on the server, in words; empty when nothing did.</summary>
    internal string Story(out Exception? exception)
    {
        lock (Socket.Inbox.Sync)
        {
            exception = _failures.Count > 0 ? _failures[^1] : null;
            var crash = _failures.FindLast(failure => failure is not PayloadException);
            if (crash is not null) return $" The channel crashed: {Text.Of(crash)}";
            var end = IsMember && _ended.Task.IsCompletedSuccessfully ? $" The channel has ended: {_ended.Task.Result.Reason}." : "";
            return exception is null ? end : $" {exception.Message}{end}";
        }
    }

    async Task<Payload> TakeAsync(string @event, Func<Payload, bool> condition, string which)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var push = await Socket.Inbox.TakeAsync(received => IsPush(received, @event) && condition(received.Payload), () => Socket.IsOver(this), Socket.Host.Timeout).ConfigureAwait(false);
        return push?.Payload ?? throw Socket.NotCome(this, $"a push of '{@event}'{which}");
    }

    bool IsPush(Received received, string? @event) => ReferenceEquals(received.Channel, this) && !received.IsReply && (@event is null || received.Event == @event);
}
