using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;
using PhoenixChannels.Mailboxes;
using PhoenixChannels.Presences;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Connections;

/// <summary>
/// Runs one channel: its mailbox, its callbacks one at a time, its three ends. It ends by itself (left, stopped, crashed), is killed
/// (replaced by another join of its topic, kicked), or its connection goes, and then handles what still waits for it.
/// </summary>
internal sealed partial class ChannelProcess : Mailbox
{
    JoinLetter? _join;              // until the join is decided
    readonly ChannelSubscriber _subscriber;

    // null join_ref: the client addresses the channel with null, but what the channel sends carries the join's ref.
    readonly byte[] _joinRef, _sentJoinRef;

    Channel? _channel;
    string[] _intercepts = [];
    ChannelBelongings? _belongings;
    CancellationTokenSource? _closed;
    bool _isInCallback, _isAccepted, _isTerminated, _isStopping, _isClosedCancelled, _hasEnded;

    public ChannelProcess(SocketConnection connection, ChannelRoute route, string topic, in IncomingMessage join)
    {
        Connection = connection;
        Route = route;
        Topic = topic;
        _joinRef = join.JoinRef.ToArray();
        _sentJoinRef = join.JoinRef.IsEmpty ? join.Ref.ToArray() : _joinRef;
        _join = new(join.Payload.WithOptions(connection.Endpoint.Json), join.Ref);
        _subscriber = new(this);
        PostWithoutWaking(_join);
        Endpoint.Observer?.Started(this);
    }

    public SocketConnection Connection { get; }

    public ChannelRoute Route { get; }

    public string Topic { get; }

    public string Subtopic => Route.SubtopicOf(Topic);

    /// <summary>Under the connection's lock, except that the mailbox's turn may read it.</summary>
    public ChannelState State { get; set; }

    /// <summary>Why it was ended while its join was undecided.</summary>
    public TerminationReason? EndReason { get; set; }

    /// <summary>Where its frames wait until its join's answer has gone; null from then on.</summary>
    public JoinSlot? Slot { get; set; }

    /// <summary>Whether authorization has refused its user the join, whatever filters answer.</summary>
    public bool IsUnauthorized { get; set; }

    /// <summary>Whether the client has asked to leave.</summary>
    public bool IsLeaving { get; set; }

    public CancellationToken Closed
    {
        get
        {
            if (Volatile.Read(ref _closed) is { } source) return source.Token;
            lock (Connection.Sync)
            {
                if (_closed is null)
                {
                    _closed = new();
                    if (_isClosedCancelled) _closed.Cancel();
                }

                return _closed.Token;
            }
        }
    }

    public IServiceProvider Services
    {
        get
        {
            lock (Connection.Sync)
            {
                ObjectDisposedException.ThrowIf(_hasEnded && _belongings?.Scope is null, typeof(Channel));
                return (Belongings.Scope ??= Connection.Endpoint.Server.Services.CreateScope()).ServiceProvider;
            }
        }
    }

    /// <summary>Services of the callback that runs.</summary>
    public IServiceProvider CallServices
    {
        get
        {
            // A callback may use several threads.
            lock (Connection.Sync)
            {
                if (!_isInCallback) throw new InvalidOperationException("CallServices end with their callback: use them before it has returned, or make a scope of your own from IServiceScopeFactory.");
                return (Belongings.CallScope ??= Connection.Endpoint.Server.Services.CreateScope()).ServiceProvider;
            }
        }
    }

    SocketEndpoint Endpoint => Connection.Endpoint;

    /// <summary>Made on demand. Under the connection's lock.</summary>
    ChannelBelongings Belongings => _belongings ??= new();

    /// <summary>Whether a message's join_ref is this channel's. Null reaches every channel; otherwise the texts are compared, so that <c>1</c> and <c>"1"</c> differ.</summary>
    public bool IsAddressedBy(in IncomingMessage message) => message.JoinRef.IsEmpty || message.JoinRef.Span.SequenceEqual(_joinRef);

    /// <summary>Lets the channel begin; to be called once. What has been posted to it until then waits behind the join.</summary>
    public void Start() => Wake();

    /// <summary>Ends the channel at once. Under the connection's lock, which has sent its last frame.</summary>
    public void Kill(TerminationReason reason)
    {
        State = ChannelState.Ended;
        Unsubscribe();
        CancelClosed();
        Post(new EndLetter(reason));
    }

    public EncodedFrame CloseFrame() => Connection.EncodeOwn(OutgoingMessage.Push(_joinRef, _joinRef, Topic, ChannelEvents.Close, default));

    /// <summary>The answer that refuses the client, with the join_ref as it came.</summary>
    public EncodedFrame RefusalFrame(Payload response) => Connection.EncodeOwn(OutgoingMessage.Reply(_joinRef, _join!.Ref, Topic, "error", response));

    protected override ValueTask HandleAsync(Letter letter)
    {
        if (letter is EndLetter end) return EndAsync(end.Reason);
        if (letter is JoinLetter) return JoinAsync();
        if (State != ChannelState.Joined)
        {
            // What stands behind a join that was refused is answered as if it had come after the refusal.
            if (!_isAccepted && letter is EventLetter message) Connection.AnswerUnjoined(Topic, message.Ref);
            else if (!_isAccepted && letter is LeaveLetter left) Connection.AnswerLeave(Topic, left.JoinRef, left.Ref);
            return default;
        }

        return letter switch
        {
            CallbackLetter callback => HandleAsync(callback),
            LeaveLetter leave => LeaveAsync(leave),
            _ => AfterCallback(),
        };
    }

    protected override void OnUnhandled(Exception exception)
    {
        CountCrash(exception);
        Connection.Kill(this, TerminationReason.Crashed, ErrorFrame(), Reasons.JoinCrashed);
    }

    ValueTask HandleAsync(CallbackLetter letter)
    {
        var call = ObserveHandleIn(letter);
        _isInCallback = true;
        try
        {
            var handling = letter.InvokeAsync(_channel!, Closed);
            if (!handling.IsCompleted || _belongings?.CallScope is not null) return WaitAsync(handling, letter, call);
            _isInCallback = false;
            Answer(letter, handling.GetAwaiter().GetResult(), call);
        }
#pragma warning disable CA1031 // A crash touches one channel.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return FailAsync(letter, e, call);
        }

        return AfterCallback();
    }

    async ValueTask WaitAsync(ValueTask<Reply> handling, CallbackLetter letter, ObservedCall call)
    {
        try
        {
            Answer(letter, await handling.ConfigureAwait(false), call);
        }
#pragma warning disable CA1031 // A crash touches one channel.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(letter, e, call).ConfigureAwait(false);
            return;
        }

        await EndCallbackAsync().ConfigureAwait(false);
        await AfterCallback().ConfigureAwait(false);
    }

    /// <summary>Ends the services of the callback that has run.</summary>
    ValueTask EndCallbackAsync()
    {
        _isInCallback = false;
        if (_belongings?.CallScope is not { } scope) return default;
        _belongings.CallScope = null;
        return DisposeAsync(scope);
    }

    /// <summary>Answers a message; one without a ref is answered with ref null, as Phoenix does.</summary>
    void Answer(CallbackLetter letter, Reply reply, in ObservedCall call)
    {
        if (letter is not EventLetter) return;
        if (HasMore)
        {
            // What they send can share a write with this answer.
            Reply(letter.Ref, reply);
        }
        else
        {
            using var turn = WritingOutbox.BeginTurn();
            Reply(letter.Ref, reply);
        }

        EndHandleIn(call, reply);
    }

    ValueTask AfterCallback() => _isStopping ? EndAsync(TerminationReason.Stopped) : default;

    async ValueTask FailAsync(CallbackLetter? letter, Exception exception, ObservedCall call = default)
    {
        await EndCallbackAsync().ConfigureAwait(false);
        if (exception is OperationCanceledException && Volatile.Read(ref _isClosedCancelled))
        {
            EndHandleIn(call, Cancelled, exception);
            return;
        }

        if (exception is not PayloadException || letter is not EventLetter message)
        {
            await EndAsync(TerminationReason.Crashed, exception, call).ConfigureAwait(false);
            return;
        }

        Endpoint.Metrics.InvalidPayloads.Add(1, new KeyValuePair<string, object?>(Tags.TopicPattern, Route.Pattern));
        LogInvalidPayload(Endpoint.ChannelLog, Route.Pattern, LogText.Of(message.Event), LogText.OfMessage(exception));
        Endpoint.Observer?.Failed(this, exception);
        EndHandleIn(call, Invalid, exception);
        if (!message.Ref.IsEmpty) await AnswerAsync(message.Ref, "error", Reasons.InvalidPayload).ConfigureAwait(false);
    }

    async ValueTask LeaveAsync(LeaveLetter letter)
    {
        await AnswerAsync(letter.Ref, "ok", default).ConfigureAwait(false);
        await EndAsync(TerminationReason.Left).ConfigureAwait(false);
    }

    /// <summary>An answer in text. To a ref that came in binary and is not UTF-8 there is none, and the channel crashes, as in Phoenix.</summary>
    ValueTask AnswerAsync(ReadOnlyMemory<byte> reference, string status, Payload response)
    {
        try
        {
            Reply(reference, status, response);
            return default;
        }
#pragma warning disable CA1031 // A serializer may be the application's own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return EndAsync(TerminationReason.Crashed, e);
        }
    }

    /// <summary>The one way out, in the mailbox's turn: terminate, out of the table with the last frame, then clean up.</summary>
    async ValueTask EndAsync(TerminationReason reason, Exception? exception = null, ObservedCall call = default)
    {
        if (_isTerminated) return;
        _isTerminated = true;
        if (exception is not null)
        {
            CountCrash(exception);
            EndHandleIn(call, Crashed, exception);
        }

        if (_isAccepted) await TerminateAsync(new(reason, exception)).ConfigureAwait(false);
        Connection.End(this, reason == TerminationReason.Crashed ? ErrorFrame() : CloseFrame());
        lock (Connection.Sync)
        {
            Unsubscribe();
            CancelClosed();
            _hasEnded = true;
        }

        if (_belongings?.Scope is { } scope) await DisposeAsync(scope).ConfigureAwait(false);
        Endpoint.Observer?.Ended(this, new(reason, exception));
        Connection.ChannelEnded();
    }

    async ValueTask TerminateAsync(Termination termination)
    {
        _isInCallback = true;
        try
        {
            await _channel!.TerminateAsync(termination, Connection.ShutdownExpired).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The channel ends in any case.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CountCrash(e);
        }

        await EndCallbackAsync().ConfigureAwait(false);
    }

    async ValueTask DisposeAsync(IServiceScope scope)
    {
        try
        {
            if (scope is IAsyncDisposable disposable) await disposable.DisposeAsync().ConfigureAwait(false);
            else scope.Dispose();
        }
#pragma warning disable CA1031 // A service of the application's threw while it was disposed of; it has done its work.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CountCrash(e);
        }
    }

    EncodedFrame ErrorFrame() => Connection.EncodeOwn(OutgoingMessage.Push(_joinRef, _joinRef, Topic, ChannelEvents.Error, Reasons.ChannelCrash));

    /// <exception cref="NotSupportedException">The client's protocol version or transport cannot carry the message.</exception>
    EncodedFrame Encode(in OutgoingMessage message)
    {
        var frame = MessageBuffer.Encode(Connection.Serializer, message, forOne: true);
        return Connection.CanCarry(frame) ? frame : throw new NotSupportedException("Long poll cannot carry binary data that is not UTF-8.");
    }

    /// <summary>Ends what the channel has outside itself: subscriptions, timers, presences. Under the connection's lock.</summary>
    void Unsubscribe()
    {
        var registry = Endpoint.PubSub.Registry;
        registry.Unsubscribe(Topic, _subscriber);
        if (_belongings is not { } belongings) return;
        foreach (var (topic, subscriber) in belongings.OtherTopics ?? []) registry.Unsubscribe(topic, subscriber);
        belongings.OtherTopics = null;
        foreach (var delayed in belongings.Delayed ?? []) delayed.Cancel();
        belongings.Delayed = null;
        foreach (var owner in belongings.Presences ?? []) owner.End();
        belongings.Presences = null;
    }

    /// <summary>Under the connection's lock. Callbacks on the token are the application's and run on the thread pool.</summary>
    public void CancelClosed()
    {
        if (_isClosedCancelled) return;
        Volatile.Write(ref _isClosedCancelled, true);
        _closed?.CancelAsync();
    }

    void CountLate() => Endpoint.Metrics.Dropped.Add(1, new KeyValuePair<string, object?>(Tags.Reason, "ended"));

    void CountJoin(string result) => Endpoint.Metrics.Joins.Add(1, new(Tags.TopicPattern, Route.Pattern), new(Tags.Result, result));

    void CountCrash(Exception exception)
    {
        Endpoint.Metrics.Crashes.Add(1, new KeyValuePair<string, object?>(Tags.TopicPattern, Route.Pattern));
        LogCrash(Endpoint.ChannelLog, Route.Pattern, exception);
        Endpoint.Observer?.Failed(this, exception);
    }
}
