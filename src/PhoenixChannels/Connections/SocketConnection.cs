using System.Diagnostics;
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

    /// <summary>Who has not read for long will hardly read a Close frame, and holds memory of the server's and the kernel's.</summary>
    static readonly TimeSpan s_slowCloseTimeout = TimeSpan.FromSeconds(0.5);

    readonly IClientTransport _transport;
    readonly Outbox _outbox;
    readonly IAsyncDisposable? _scope;
    readonly IdSubscriber? _idSubscriber;

    ChannelTable _channels;
    Queue<JoinSlot>? _slots;
    int _undecidedJoins, _livingChannels;
    long _lastReceived, _messageBegan;
    readonly long _connectedSince;
    SocketEnding? _ending;          // once it is closed
    bool _isClosed, _hasEnded, _hasExpired, _hasTransportEnded;
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
        _connectedSince = endpoint.Time.GetUtcNow().UtcTicks;
        Handshake = accepted.Handshake;
        Socket.Connection = this;
        if (Socket.Id is not null) _idSubscriber = new(this);
    }

    public SocketEndpoint Endpoint { get; }

    public Socket Socket { get; }

    public IChannelSerializer Serializer { get; }

    /// <summary>What the spans of this connection are linked to, if the handshake was traced.</summary>
    public ActivityLink[]? Handshake { get; }

    /// <summary>Names the connection within this process; given by the server.</summary>
    public long Key { get; set; }

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

    /// <summary>Whether the client can be given this message at all.</summary>
    public bool CanCarry(EncodedFrame frame) => _transport.CanCarry(frame);

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
            _ending = new(new(code, reason));
            _slots = null;
            SettleJoins();
            _outbox.Finish(code == CloseCode.None ? default : EncodedFrame.Close(code, reason), dropWaiting);
            StartCloseTimer(dropWaiting ? s_slowCloseTimeout : s_closeTimeout);
        }

        Metrics.Closes.Add(1, new KeyValuePair<string, object?>(Tags.CloseCode, code));
        if (code == CloseCode.None) _ = StopReadingWhenIdleAsync();
        return true;
    }

    /// <summary>Tells the channels of a closed connection.</summary>
    public void EndChannels(TerminationReason why)
    {
        lock (Sync)
        {
            if (_channels.Count > 0)
            {
                _ending!.Channels = _channels.Clear();
                foreach (var process in _ending.Channels) process.Post(new EndLetter(why));
            }

            if (_livingChannels > 0)
            {
                _ending!.ShutdownTimer = Endpoint.Time.CreateTimer(static state => ((SocketConnection)state!).ShutdownExpires(), this, Options.ShutdownTimeout, Timeout.InfiniteTimeSpan);
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
            _ending ??= new(new(1006, ""));
            _slots = null;
            SettleJoins();
            if (!wasClosed) _outbox.Abandon();
            if (!_outbox.IsIdle) StartCloseTimer(s_closeTimeout);
        }

        if (!wasClosed) EndChannels(TerminationReason.Closed);
        await _outbox.WhenIdleAsync().ConfigureAwait(false);
        lock (Sync)
        {
            _hasTransportEnded = true;
            _ending!.CloseTimer?.Dispose();
        }
    }

    /// <summary>Looks after what takes too long: silence, a message that is never finished, joins.</summary>
    public void Check(long now)
    {
        CheckJoins(now);
        if (_transport.IsCloseRequested) Close(Options.DrainCloseCode);

        // The clock is up to a tick behind when a read is noted.
        var limit = _transport.IdleTimeout + IdleScanner.Interval;
        if (Endpoint.Time.GetElapsedTime(_lastReceived, now) >= limit) Close(CloseCode.ProtocolError);
        else if (_messageBegan is var began and not 0 && Endpoint.Time.GetElapsedTime(began, now) >= limit) Close(CloseCode.PolicyViolation, "message not finished");
    }

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

    void StartCloseTimer(TimeSpan timeout) =>
        _ending!.CloseTimer ??= Endpoint.Time.CreateTimer(static state => ((SocketConnection)state!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);

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
            foreach (var process in _ending?.Channels ?? []) process.CancelClosed();
        }
    }

    /// <summary>Runs the socket's last callback, once, on the thread pool.</summary>
    void EndSoon()
    {
        lock (Sync)
        {
            if (_hasEnded) return;
            _hasEnded = true;
            _ending?.ShutdownTimer?.Dispose();
        }

        if (_idSubscriber is not null) Endpoint.PubSub.Registry.Unsubscribe(Socket.Id!, _idSubscriber);
        _closedSource?.CancelAsync();
        ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.EndAsync(), this, preferLocal: false);
    }

    async Task EndAsync()
    {
        try
        {
            await Socket.ClosedAsync(_ending!.Close).ConfigureAwait(false);
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
