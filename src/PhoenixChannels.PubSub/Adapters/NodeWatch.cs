using Microsoft.Extensions.Logging;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Adapters;

/// <summary>
/// Knows whether what other nodes publish arrives. Every node says now and then that it is there and how much it has published (a beacon), so that what was lost is found out also when nothing
/// follows it; a node's own beacon that comes back proves that delivery works.
/// </summary>
internal sealed partial class NodeWatch : IDisposable
{
    /// <summary>So many periods without a proof, and delivery counts as broken.</summary>
    const int SilentPeriods = 3;

    const int MostGaps = 100;

    readonly Lock _lock = new();
    readonly List<PubSubGap> _gaps = [];
    readonly Dictionary<ulong, long> _namesakes = [];       // when each was last heard
    readonly string _node;
    readonly TimeProvider _time;
    readonly TimeSpan _period;
    readonly Action<Func<Beacon>> _send;
    readonly PubSubMetrics _metrics;
    readonly ILogger _logger;
    readonly ITimer _timer;
    long _connectedAt, _provenAt;
    string? _problem = "It is not started.";
    bool _wasConnected, _isConnected, _handsBack, _isSilent, _isAnswering;

    /// <param name="node">This node's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="period">How often there is a beacon.</param>
    /// <param name="send">Sends one to all nodes.</param>
    /// <param name="metrics">Counts what is missed.</param>
    /// <param name="logger">Tells of it.</param>
    public NodeWatch(string node, TimeProvider time, TimeSpan period, Action<Func<Beacon>> send, PubSubMetrics metrics, ILogger logger)
    {
        _node = node;
        _time = time;
        _period = period;
        _send = send;
        _metrics = metrics;
        _logger = logger;
        Numbers = new(time, Missed);
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised, on the thread pool, when a gap has ended and when broadcasts of a node turn out to be missing.</summary>
    public event Action<PubSubGap>? GapFound;

    public PeerNumbers Numbers { get; }

    public bool IsConnected
    {
        get
        {
            lock (_lock) return _isConnected && !_isSilent;
        }
    }

    /// <summary>What <see cref="PubSubStatus"/> says of the connection.</summary>
    public PubSubStatus Status(long publishErrors)
    {
        lock (_lock)
        {
            var problem = !_isConnected ? _problem
                : _isSilent ? "What this node sends to itself does not come back."
                : HasNamesake ? $"Another node is named '{_node}', too."
                : null;
            return new(_isConnected && !_isSilent, problem, publishErrors, [.. _gaps]);
        }
    }

    /// <summary>From now on other nodes' messages are expected.</summary>
    public void Start()
    {
        lock (_lock) _provenAt = _time.GetTimestamp();
        _timer.Change(_period, _period);
    }

    /// <summary>From now on nothing is expected any more.</summary>
    public void Stop()
    {
        _timer.Dispose();
        lock (_lock) (_isConnected, _problem) = (false, "It has stopped.");
    }

    public void Dispose() => _timer.Dispose();

    public void Connected()
    {
        PubSubGap? ended;
        lock (_lock)
        {
            if (!_wasConnected) _connectedAt = _time.GetTimestamp();
            _wasConnected = _isConnected = true;
            _isSilent = false;
            _problem = null;
            ended = End();
            _provenAt = _time.GetTimestamp();
        }

        LogConnected(_logger);
        if (ended is not null) Report(ended);
        _send(() => new(Asks: true, Age));
    }

    public void Disconnected(string reason)
    {
        lock (_lock)
        {
            _isConnected = false;
            _problem = reason;
            Begin();
        }

        LogDisconnected(_logger, reason, UtcOf(_provenAt));
    }

    /// <summary>A beacon has come.</summary>
    public void Take(in Envelope envelope, Beacon beacon, bool isOwn, bool isOwnName)
    {
        if (isOwn)
        {
            TakeOwn(beacon);
            return;
        }

        Numbers.TakeBeacon(envelope, beacon.Age, Age);
        if (isOwnName && TakeNamesake(envelope.Incarnation)) LogNamesake(_logger, _node);
        if (beacon.Asks) Answer();
    }

    TimeSpan Age => _wasConnected ? _time.GetElapsedTime(_connectedAt) : TimeSpan.Zero;

    void TakeOwn(Beacon beacon)
    {
        PubSubGap? ended = null;
        lock (_lock)
        {
            _handsBack = true;
            _provenAt = Math.Max(_provenAt, _time.GetTimestamp() - (long)((Age - beacon.Age).TotalSeconds * _time.TimestampFrequency));

            // One that was long on its way says nothing of now.
            if (_isConnected && _isSilent && !IsProofOld)
            {
                _isSilent = false;
                ended = End();
            }
        }

        if (ended is not null) Report(ended);
        Numbers.Forget();
    }

    bool IsProofOld => _time.GetElapsedTime(_provenAt) > SilentPeriods * _period;

    /// <summary>Whether another node of this name has been heard of late.</summary>
    bool HasNamesake => _namesakes.Values.Any(heardAt => _time.GetElapsedTime(heardAt) <= SilentPeriods * _period);

    /// <summary>True the first time.</summary>
    bool TakeNamesake(ulong incarnation)
    {
        lock (_lock)
        {
            var isNew = !_namesakes.ContainsKey(incarnation);
            _namesakes[incarnation] = _time.GetTimestamp();
            return isNew;
        }
    }

    /// <summary>Time is measured by a clock that nobody can set; what people see is reckoned from the one on the wall.</summary>
    DateTimeOffset UtcOf(long timestamp) => _time.GetUtcNow() - _time.GetElapsedTime(timestamp);

    /// <summary>On another thread: this one is the adapter's and hands over the next envelope meanwhile.</summary>
    void Answer()
    {
        lock (_lock)
        {
            if (_isAnswering) return;
            _isAnswering = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static watch =>
        {
            lock (watch._lock) watch._isAnswering = false;
            watch._send(() => new(Asks: false, watch.Age));
        }, this, preferLocal: false);
    }

    void Tick()
    {
        var fellSilent = false;
        lock (_lock)
        {
            if (!_isConnected) return;
            if (_handsBack && !_isSilent && IsProofOld)
            {
                _isSilent = fellSilent = true;
                Begin();
            }
        }

        if (fellSilent) LogDisconnected(_logger, "what this node sends to itself does not come back.", UtcOf(_provenAt));
        _send(() => new(Asks: false, Age));
    }

    void Missed(string node, long count, long heardAt)
    {
        _metrics.Missed.Add(count);
        var gap = new PubSubGap(UtcOf(heardAt), _time.GetUtcNow(), node, count);
        lock (_lock) Add(gap);
        Report(gap);
    }

    /// <summary>Opens a gap, unless one is open.</summary>
    void Begin()
    {
        if (_gaps.FindLastIndex(IsOpen) < 0) Add(new(UtcOf(_provenAt), null, null, 0));
    }

    /// <summary>Closes the open gap.</summary>
    PubSubGap? End()
    {
        var index = _gaps.FindLastIndex(IsOpen);
        return index < 0 ? null : _gaps[index] = _gaps[index] with { To = _time.GetUtcNow() };
    }

    static bool IsOpen(PubSubGap gap) => gap.To is null;

    void Add(PubSubGap gap)
    {
        if (_gaps.Count == MostGaps) _gaps.RemoveAt(_gaps.FindIndex(old => !IsOpen(old)));
        _gaps.Add(gap);
        _metrics.Gaps.Add(1);
    }

    void Report(PubSubGap gap)
    {
        if (gap.Node is null) LogGap(_logger, gap.From, gap.To);
        else LogMissed(_logger, gap.Missed, gap.Node, gap.From, gap.To);
        if (GapFound is not { } handler) return;
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            foreach (var one in Delegate.EnumerateInvocationList(handler))
            {
                try
                {
                    one(gap);
                }
#pragma warning disable CA1031 // The handler is the application's.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    LogHandlerFailed(_logger, e);
                }
            }
        }, null);
    }
}
