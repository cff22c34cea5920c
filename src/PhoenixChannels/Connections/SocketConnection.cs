using System.Text.Unicode;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;
using PhoenixChannels.Topics;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Connections;

/// <summary>
/// One client: takes its messages apart, knows its channels and keeps the order of what it is sent. Its lock, the outbox, guards the
/// table of channels, the "closed" mark and every enqueueing together; that alone gives "nothing after phx_close".
/// </summary>
/// <remarks>No code of the application runs here: messages are posted to channels, which run on the thread pool.</remarks>
internal sealed partial class SocketConnection
{
    static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    static List<ChannelProcess>? t_woken;

    readonly IClientTransport _transport;
    readonly Outbox _outbox;
    readonly IAsyncDisposable? _scope;
    readonly IdSubscriber? _idSubscriber;

    Dictionary<string, ChannelProcess>? _channels;
    Queue<JoinSlot>? _slots;
    int _undecidedJoins, _livingChannels;
    long _lastReceived, _messageBegan;
    SocketClose? _close;
    bool _isClosed, _hasEnded, _hasExpired, _hasTransportEnded;
    ChannelProcess[]? _ending;      // the channels that were there when the connection was closed
    ITimer? _closeTimer, _shutdownTimer;
    CancellationTokenSource? _closedSource, _shutdownSource;
    TaskCompletionSource? _joinsDecided;

    public SocketConnection(SocketEndpoint endpoint, in AcceptedSocket accepted, IClientTransport transport)
    {
        Endpoint = endpoint;
        Socket = accepted.Socket;
        Serializer = accepted.Serializer;
        _transport = transport;
        _scope = accepted.Scope;
        _outbox = transport.Outbox;
        _lastReceived = endpoint.Server.Now;
        Socket.Connection = this;
        if (Socket.Id is not null) _idSubscriber = new(this);
    }

    public SocketEndpoint Endpoint { get; }

    public Socket Socket { get; }

    public IChannelSerializer Serializer { get; }

    /// <summary>Its place in the server's list; the server's own.</summary>
    public int ServerIndex { get; set; }

    /// <summary>What guards this connection and its channels' states.</summary>
    public object Sync => _outbox;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    public CancellationToken Closed => TokenOf(ref _closedSource, ref _hasEnded);

    /// <summary>Cancelled when the connection has been closed for longer than its channels may take to end.</summary>
    public CancellationToken ShutdownExpired => TokenOf(ref _shutdownSource, ref _hasExpired);

    ChannelsMetrics Metrics => Endpoint.Metrics;

    SocketOptions Options => Endpoint.Options;

    /// <summary>Makes the connection known: to the server first, so that nobody can end it before. To be called once.</summary>
    public void Open()
    {
        Metrics.Sockets.Add(1);
        var isDraining = !Endpoint.Server.Add(this);
        lock (Sync)
        {
            if (_idSubscriber is not null && !_hasEnded) Endpoint.PubSub.Registry.Subscribe(Socket.Id!, _idSubscriber);
        }

        if (isDraining) Close(Options.DrainCloseCode);
    }

    /// <summary>Notes a sign of life.</summary>
    public void Touch(bool isInsideMessage)
    {
        _lastReceived = Endpoint.Server.Now;
        if (!isInsideMessage) _messageBegan = 0;
        else if (_messageBegan == 0) _messageBegan = _lastReceived;
    }

    /// <summary>Whether the client can be given this message at all.</summary>
    public bool CanCarry(EncodedFrame frame) => _transport.CanCarry(frame);

    /// <summary>Handles one message. Returns 0, or the code that the connection is to be closed with.</summary>
    public int Receive(byte[] bytes, bool binary)
    {
        _messageBegan = 0;
        if (IsClosed) return 0;
        Metrics.Received.Add(1);
        if (!TryDecode(bytes, binary, out var message))
        {
            Metrics.Malformed.Add(1);
            LogMalformed(Endpoint.SocketLog, bytes.Length, binary);
            return CloseCode.InternalError;
        }

        if (message.JoinRef.Length > Options.MaxNameLength || message.Ref.Length > Options.MaxNameLength) AnswerWithoutRefs(message, Reasons.RefTooLong);
        else if (message is { Topic: ChannelEvents.SystemTopic, Event: ChannelEvents.Heartbeat }) Answer(message, default, "ok", default);
        else if (message.Topic is { } topic && IsTooLong(topic)) Answer(message, message.JoinRef, "error", Reasons.TopicTooLong);
        else if (message.Event is { } name && IsTooLong(name)) Answer(message, message.JoinRef, "error", Reasons.EventTooLong);
        else if (message.Event == ChannelEvents.Join) Join(message);
        else if (message.Event == ChannelEvents.Leave) Leave(message);
        else Deliver(message);
        return 0;
    }

    /// <summary>Wakes the channels that the messages of one read were for: all are dispatched before any is handled.</summary>
    public static void EndBatch()
    {
        if (t_woken is not { Count: > 0 } woken) return;
        foreach (var process in woken) process.Wake();
        woken.Clear();
    }

    public void Pong(ReadOnlySpan<byte> data)
    {
        var frame = EncodedFrame.Pong(data);
        lock (Sync)
        {
            if (!_isClosed) Enqueue(frame);
        }
    }

    /// <summary>Sends a frame of a channel, behind its join's answer. False when the channel has ended.</summary>
    public bool Send(ChannelProcess process, EncodedFrame frame)
    {
        lock (Sync)
        {
            if (_isClosed || process.State == ChannelState.Ended) return false;
            SendInOrder(process, frame);
            return true;
        }
    }

    /// <summary>A channel's own end: out of the table and the last frame queued under one lock.</summary>
    public void End(ChannelProcess process, EncodedFrame last)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return;
            if (process.State == ChannelState.Joining) process.Successor?.Start();
            process.State = ChannelState.Ended;
            Forget(process);
            if (!_isClosed) SendInOrder(process, last);
        }
    }

    /// <summary>
    /// Ends a channel from outside, at once: what waits for it is dropped, nothing of it is sent but the last frame, and its clean-up
    /// is posted to it. A join that is still undecided is refused with <paramref name="refusal"/>.
    /// </summary>
    public void Kill(ChannelProcess process, TerminationReason reason, EncodedFrame last, Payload refusal)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return;
            if (process.State == ChannelState.Joining)
            {
                process.EndReason = reason;
                Refuse(process, refusal);
                process.CancelClosed();
            }
            else
            {
                if (!_isClosed) SendInOrder(process, last);
                Forget(process);
                process.Kill(reason);
            }
        }
    }

    /// <summary>A channel accepted its client. False when it is too late: the channel has ended meanwhile, for the reason it holds.</summary>
    public bool Accept(ChannelProcess process, EncodedFrame answer)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return false;
            if (_isClosed)
            {
                process.State = ChannelState.Ended;
                process.EndReason = TerminationReason.Closed;
                process.Successor?.Start();
                return false;
            }

            process.State = ChannelState.Joined;
            if (process.Successor is not { } successor)
            {
                Decide(process, answer);
                return true;
            }

            successor.Slot?.CloseOfReplaced = process.CloseFrame();
            Decide(process, answer);
            process.Kill(TerminationReason.DuplicateJoin);
            successor.Start();
            return false;
        }
    }

    /// <summary>A channel refused its client, crashed while joining, or took too long.</summary>
    public void Refuse(ChannelProcess process, Payload response)
    {
        lock (Sync)
        {
            if (process.State != ChannelState.Joining) return;
            process.State = ChannelState.Ended;
            Forget(process);
            if (process.Slot is { } slot)
            {
                // A broadcast may have come between its subscribing and now.
                foreach (var frame in slot.Held) _outbox.Release(frame);
                slot.DropHeld();
            }

            Decide(process, process.RefusalFrame(response));
            process.Successor?.Start();
        }
    }

    /// <summary>Completes when no join is undecided, or the connection is closed.</summary>
    public Task WhenJoinsAreDecidedAsync()
    {
        lock (Sync)
        {
            if (_undecidedJoins == 0 || _isClosed) return Task.CompletedTask;
            _joinsDecided ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _joinsDecided.Task;
        }
    }

    /// <summary>A channel has cleaned up.</summary>
    public void ChannelEnded()
    {
        Metrics.Channels.Add(-1);
        lock (Sync)
        {
            _livingChannels--;
            if (!_isClosed || _livingChannels > 0) return;
        }

        EndSoon();
    }

    /// <summary>Ends one topic's channel, as told from outside.</summary>
    public void Kick(string topic)
    {
        ChannelProcess? process = null;
        lock (Sync) _channels?.TryGetValue(topic, out process);
        if (process is not null) Kill(process, TerminationReason.Kicked, process.CloseFrame(), Reasons.Kicked);
    }

    /// <summary>Closes the connection: the client gets a Close frame behind what waits for it, and its channels are told.</summary>
    public void Close(int code, string reason = "")
    {
        if (TryClose(code, reason, dropWaiting: false)) EndChannels(TerminationReason.Closed);
    }

    /// <summary>Closes the connection without telling its channels: the caller does, by <see cref="EndChannels"/>.</summary>
    /// <param name="dropWaiting">Whether the Close frame goes out instead of what waits, not behind it.</param>
    public bool TryClose(int code, string reason, bool dropWaiting)
    {
        lock (Sync)
        {
            if (_isClosed) return false;
            _isClosed = true;
            _close = new(code, reason);
            _slots = null;
            SettleJoins();
            _outbox.Finish(code == CloseCode.None ? default : EncodedFrame.Close(code, reason), dropWaiting);
            StartCloseTimer();
        }

        Metrics.Closes.Add(1, new KeyValuePair<string, object?>("code", code));
        if (code == CloseCode.None) _ = StopReadingWhenIdleAsync();
        return true;
    }

    /// <summary>Tells the channels of a closed connection.</summary>
    public void EndChannels(TerminationReason why)
    {
        lock (Sync)
        {
            if (_channels is not null)
            {
                _ending = [.. _channels.Values];
                _channels = null;
                foreach (var process in _ending) process.Post(new EndLetter(why));
            }

            if (_livingChannels > 0)
            {
                _shutdownTimer = Endpoint.Time.CreateTimer(static state => ((SocketConnection)state!).ShutdownExpires(), this, Options.ShutdownTimeout, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        EndSoon();
    }

    /// <summary>The transport has ended, with or without a Close frame.</summary>
    public async Task TransportEndedAsync()
    {
        bool wasClosed;
        lock (Sync)
        {
            wasClosed = _isClosed;
            _isClosed = true;
            _close ??= new(1006, "");
            _slots = null;
            SettleJoins();
            if (!wasClosed) _outbox.Abandon();
            if (!_outbox.IsIdle) StartCloseTimer();
        }

        if (!wasClosed) EndChannels(TerminationReason.Closed);
        await _outbox.WhenIdleAsync().ConfigureAwait(false);
        lock (Sync)
        {
            _hasTransportEnded = true;
            _closeTimer?.Dispose();
        }
    }

    /// <summary>Looks after what takes too long: silence, a message that is never finished, joins.</summary>
    public void Check(long now)
    {
        CheckJoins(now);

        // The clock is up to a tick behind when a read is noted.
        var limit = _transport.IdleTimeout + IdleScanner.Interval;
        if (Endpoint.Time.GetElapsedTime(_lastReceived, now) >= limit) Close(CloseCode.ProtocolError);
        else if (_messageBegan is var began and not 0 && Endpoint.Time.GetElapsedTime(began, now) >= limit) Close(CloseCode.PolicyViolation, "message not finished");
    }

    /// <summary>Refuses the joins that have waited or run for too long, however they do it.</summary>
    void CheckJoins(long now)
    {
        if (Volatile.Read(ref _undecidedJoins) == 0) return;
        List<ChannelProcess>? expired = null;
        lock (Sync)
        {
            foreach (var slot in _slots ?? [])
                if (slot.Answer.IsDefault && slot.Process is { } process && Endpoint.Time.GetElapsedTime(process.Requested, now) >= Options.JoinTimeout) (expired ??= []).Add(process);
        }

        foreach (var process in expired ?? []) process.ExpireJoin();
    }

    bool TryDecode(byte[] bytes, bool binary, out IncomingMessage message)
    {
        try
        {
            return Serializer.TryDecode(bytes, binary, Options.MaxJsonDepth, out message);
        }
#pragma warning disable CA1031 // A serializer may be the application's own; the message counts as malformed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogSerializerFailed(Endpoint.SocketLog, e);
            message = default;
            return false;
        }
    }

    void Join(in IncomingMessage message)
    {
        if (message.Topic is not { } topic || Endpoint.Routes.Find(topic) is not { } route)
        {
            Metrics.Joins.Add(1, new KeyValuePair<string, object?>("result", "unmatched"));
            Answer(message, default, "error", Reasons.UnmatchedTopic);
            return;
        }

        if (!Utf8.IsValid(message.JoinRef.Span) || !Utf8.IsValid(message.Ref.Span))
        {
            // The answer to a join is text, and so is everything that says how its channel ends.
            Close(CloseCode.InternalError);
            return;
        }

        lock (Sync)
        {
            if (_isClosed) return;
            var replaced = Find(topic);
            var isFull = replaced is null && _channels?.Count >= Options.MaxChannelsPerSocket;
            // Channels that have been replaced may still run, each in a callback that does not end.
            var isBusy = _undecidedJoins >= Options.MaxMailboxLength || _livingChannels - (_channels?.Count ?? 0) >= Options.MaxMailboxLength;
            if (isFull || isBusy)
            {
                Metrics.Joins.Add(1, new KeyValuePair<string, object?>("result", isFull ? "too_many" : "busy"));
                Answer(message, message.JoinRef, "error", isFull ? Reasons.TooManyChannels : Reasons.Busy);
                return;
            }

            var process = new ChannelProcess(this, route, topic, message);
            process.Slot = new() { Process = process };
            (_slots ??= []).Enqueue(process.Slot);
            (_channels ??= [])[topic] = process;
            _undecidedJoins++;
            _livingChannels++;
            Metrics.Channels.Add(1);
            if (replaced is { State: ChannelState.Joining })
            {
                replaced.Successor = process;
                return;
            }

            if (replaced is not null)
            {
                process.Slot.CloseOfReplaced = replaced.CloseFrame();
                replaced.Kill(TerminationReason.DuplicateJoin);
            }

            WokenLater().Add(process);
        }
    }

    void Leave(in IncomingMessage message)
    {
        lock (Sync)
        {
            if (message.Topic is { } topic && Find(topic) is { } process)
            {
                if (!process.IsAddressedBy(message) || process.IsLeaving)
                {
                    Metrics.Dropped.Add(1, new KeyValuePair<string, object?>("reason", "stale"));
                    return;
                }

                process.IsLeaving = true;
                if (process.PostWithoutWaking(new LeaveLetter(message.JoinRef, message.Ref))) WokenLater().Add(process);
                return;
            }
        }

        Answer(message, message.JoinRef, "ok", default);
    }

    void Deliver(in IncomingMessage message)
    {
        ChannelProcess? process;
        lock (Sync) process = message.Topic is { } topic ? Find(topic) : null;
        if (process is null)
        {
            Answer(message, default, "error", Reasons.UnmatchedTopic);
            return;
        }

        if (!process.IsAddressedBy(message))
        {
            Metrics.Dropped.Add(1, new KeyValuePair<string, object?>("reason", "stale"));
            return;
        }

        if (process.Count >= Options.MaxMailboxLength)
        {
            Metrics.Dropped.Add(1, new KeyValuePair<string, object?>("reason", "busy"));
            if (!message.Ref.IsEmpty) process.ReplyOwn(message.Ref, "error", Reasons.Busy);
            return;
        }

        var letter = new EventLetter(message.Event, message.Payload.WithOptions(Endpoint.Json), message.Ref);
        if (process.PostWithoutWaking(letter)) WokenLater().Add(process);
    }

    /// <summary>An event behind a join that was refused: the topic is as unmatched as if it had come after the refusal.</summary>
    public void AnswerUnjoined(string topic, ReadOnlyMemory<byte> reference) => Answer(OutgoingMessage.Reply(default, reference, topic, "error", Reasons.UnmatchedTopic));

    /// <summary>A leave behind a join that was refused.</summary>
    public void AnswerLeave(string topic, ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference) => Answer(OutgoingMessage.Reply(joinRef, reference, topic, "ok", default));

    /// <summary>
    /// A frame of the library's own making. One that the serializer cannot write, such as an answer in text to a binary ref that is
    /// not UTF-8, ends the connection with 1011, as in Phoenix; the default is returned.
    /// </summary>
    public EncodedFrame EncodeOwn(in OutgoingMessage message)
    {
        try
        {
            return MessageBuffer.Encode(Serializer, message);
        }
#pragma warning disable CA1031 // A serializer may be the application's own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotEncoded(Endpoint.SocketLog, e);
            Close(CloseCode.InternalError);
            return default;
        }
    }

    /// <summary>Answers by the connection itself. A message without a ref is answered all the same, as Phoenix does.</summary>
    void Answer(in IncomingMessage message, ReadOnlyMemory<byte> joinRef, string status, Payload response) =>
        Answer(OutgoingMessage.Reply(joinRef, message.Ref, message.Topic ?? "", status, response) with { TopicJson = message.TopicJson });

    void AnswerWithoutRefs(in IncomingMessage message, Payload reason) =>
        Answer(OutgoingMessage.Reply(default, default, message.Topic ?? "", "error", reason) with { TopicJson = message.TopicJson });

    /// <summary>In the order of the requests: behind the joins that are undecided.</summary>
    void Answer(in OutgoingMessage answer)
    {
        var frame = EncodeOwn(answer);
        lock (Sync)
        {
            if (_isClosed) return;
            if (_slots is not { Count: > 0 } slots) Enqueue(frame);
            else if (Reserve(frame)) slots.Enqueue(new() { Answer = frame });
        }
    }

    /// <summary>The join's answer is known: what waits behind it may go as far as the next undecided one.</summary>
    void Decide(ChannelProcess process, EncodedFrame answer)
    {
        if (--_undecidedJoins == 0) SettleJoins();
        if (_isClosed || process.Slot is not { } slot) return;
        slot.Answer = answer;
        if (Reserve(answer)) FlushSlots();
    }

    void SettleJoins()
    {
        _joinsDecided?.TrySetResult();
        _joinsDecided = null;
    }

    void FlushSlots()
    {
        while (_slots is { Count: > 0 } slots && !slots.Peek().Answer.IsDefault)
        {
            var slot = slots.Dequeue();
            _outbox.AddReserved(slot.Answer);
            if (!slot.CloseOfReplaced.IsDefault) Enqueue(slot.CloseOfReplaced);
            foreach (var frame in slot.Held) _outbox.AddReserved(frame);
            slot.Process?.Slot = null;
        }

        if (_slots is { Count: 0 }) _slots = null;
    }

    void SendInOrder(ChannelProcess process, EncodedFrame frame)
    {
        if (process.Slot is not { } slot) Enqueue(frame);
        else if (Reserve(frame)) slot.Hold(frame);
    }

    void Enqueue(EncodedFrame frame)
    {
        if (!_outbox.TryAdd(frame)) CloseSlow();
    }

    bool Reserve(EncodedFrame frame)
    {
        if (_outbox.TryReserve(frame)) return true;
        CloseSlow();
        return false;
    }

    void CloseSlow()
    {
        if (!TryClose(CloseCode.PolicyViolation, "slow", dropWaiting: true)) return;
        Metrics.Slow.Add(1);
        EndChannels(TerminationReason.Closed);
    }

    ChannelProcess? Find(string topic) => _channels is not null && _channels.TryGetValue(topic, out var process) ? process : null;

    void Forget(ChannelProcess process)
    {
        if (ReferenceEquals(Find(process.Topic), process)) _channels!.Remove(process.Topic);
    }

    bool IsTooLong(string name) =>
        name.Length * 3 > Options.MaxNameLength && System.Text.Encoding.UTF8.GetByteCount(name) > Options.MaxNameLength;

    static List<ChannelProcess> WokenLater() => t_woken ??= [];

    /// <summary>A token that is made when somebody asks for it.</summary>
    CancellationToken TokenOf(ref CancellationTokenSource? source, ref bool isCancelled)
    {
        lock (Sync)
        {
            if (source is null)
            {
                source = new();
                if (isCancelled) source.Cancel();
            }

            return source.Token;
        }
    }

    async Task StopReadingWhenIdleAsync()
    {
        await _outbox.WhenIdleAsync().ConfigureAwait(false);
        _transport.StopReading();
    }

    void StartCloseTimer() =>
        _closeTimer ??= Endpoint.Time.CreateTimer(static state => ((SocketConnection)state!).Expire(), this, s_closeTimeout, Timeout.InfiniteTimeSpan);

    /// <summary>The client has had its time to answer the Close frame.</summary>
    void Expire()
    {
        lock (Sync)
        {
            // Under the lock: the request must not end meanwhile.
            if (_hasTransportEnded) return;
            if (_outbox.IsIdle) _transport.StopReading();
            else _transport.Abort();
        }
    }

    /// <summary>Channels that still run when the connection has long been closed get their tokens cancelled.</summary>
    void ShutdownExpires()
    {
        lock (Sync)
        {
            _hasExpired = true;
            _shutdownSource?.CancelAsync();
            foreach (var process in _ending ?? []) process.CancelClosed();
        }
    }

    /// <summary>Runs the socket's last callback, once, on the thread pool.</summary>
    void EndSoon()
    {
        lock (Sync)
        {
            if (_hasEnded) return;
            _hasEnded = true;
            _shutdownTimer?.Dispose();
        }

        if (_idSubscriber is not null) Endpoint.PubSub.Registry.Unsubscribe(Socket.Id!, _idSubscriber);
        _closedSource?.CancelAsync();
        ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.EndAsync(), this, preferLocal: false);
    }

    async Task EndAsync()
    {
        try
        {
            await Socket.ClosedAsync(_close!).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The callback is the application's; there is nobody left to tell but the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogClosedFailed(Endpoint.SocketLog, e);
        }

        try
        {
            if (_scope is not null) await _scope.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A service of the application's threw while it was disposed of.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogClosedFailed(Endpoint.SocketLog, e);
        }

        Metrics.Sockets.Add(-1);
        Endpoint.Server.Remove(this);
    }

    /// <summary>Listens on the socket's id.</summary>
    sealed class IdSubscriber(SocketConnection connection) : Subscriber
    {
        public override void Deliver(Delivery delivery)
        {
            if (delivery.Broadcast.Event == ChannelEvents.Disconnect) connection.Close(connection.Options.DisconnectCloseCode);
            else if (delivery.Broadcast.Event == KickRequest.Event && KickRequest.TryReadTopic(delivery.Broadcast.Payload, out var topic)) connection.Kick(topic);
        }
    }
}
