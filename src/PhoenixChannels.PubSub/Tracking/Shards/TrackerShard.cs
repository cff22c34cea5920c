using Microsoft.Extensions.Logging;
using PhoenixChannels.Mailboxes;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Tracking;

/// <summary>Runs a <see cref="ShardLogic"/>: calls, messages of other nodes and beats come to one mailbox.</summary>
internal sealed partial class TrackerShard : Mailbox, IShardPort
{
    /// <summary>The event of the messages between nodes.</summary>
    const string Event = "tracker";

    /// <summary>What other nodes have sent may wait up to here; what does not fit is lost and asked for again.</summary>
    const int MaxWaitingBytes = 64 * 1024 * 1024;

    readonly PubSub _pubSub;
    readonly string _topic;
    readonly ITrackerHandler _handler;
    readonly ILogger _logger;
    readonly TrackerOptions _options;
    readonly ShardLogic _logic;
    readonly NodeSubscriber _subscriber;
    readonly BeatLetter _beat = new();
    readonly FlushLetter _flush = new();
    readonly ITimer _beatTimer, _flushTimer;
    Task _broadcasting = Task.CompletedTask;
    int _waitingBytes;
    bool _isStopped;

    public TrackerShard(PubSub pubSub, string topic, ReplicaId self, ITrackerHandler handler, TrackerOptions options, TimeProvider time, ILogger logger)
    {
        _pubSub = pubSub;
        _topic = topic;
        _handler = handler;
        _options = options;
        _logger = logger;
        _logic = new(self, options, this, time, Random.Shared);
        _subscriber = new(this);
        _beatTimer = time.CreateTimer(_ => Post(_beat), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _flushTimer = time.CreateTimer(_ => Post(_flush), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        _pubSub.Registry.Subscribe(_topic, _subscriber);
        _beatTimer.Change(_logic.FirstPeriod, Timeout.InfiniteTimeSpan);
    }

    public Task StopAsync()
    {
        var letter = new StopLetter();
        Post(letter);
        return letter.Done.Task;
    }

    /// <summary>Calls of one thread are handled in the order they are made, whether or not their outcome is waited for.</summary>
    public Task<T> CallAsync<T>(ShardCall<T> call)
    {
        Post(call);
        return call.Outcome;
    }

    void IShardPort.Broadcast(List<byte[]> messages) => _broadcasting = BroadcastAsync(messages);

    void IShardPort.SendTo(string node, List<byte[]> messages) => _ = SendToAsync(node, messages);

    void IShardPort.ScheduleFlush() => _flushTimer.Change(_options.DiffWindow, Timeout.InfiniteTimeSpan);

    void IShardPort.HandleDiff(List<TopicDiff> diff)
    {
        try
        {
            _handler.HandleDiff(diff);
        }
#pragma warning disable CA1031 // The handler is the application's: its failure must not end the tracker.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
        }
    }

    void IShardPort.HandleReplica(string node, ReplicaStatus status)
    {
        LogReplica(_logger, _topic, node, status);
        try
        {
            _handler.HandleReplica(node, status);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
        }
    }

    void IShardPort.Report(ShardEvent what, ReplicaId replica) => Report(what, replica);

    protected override ValueTask HandleAsync(Letter letter)
    {
        switch (letter)
        {
            case ShardCall call:
                call.Run(_logic);
                break;
            case MessageLetter message:
                Interlocked.Add(ref _waitingBytes, -message.Bytes.Length);
                if (!_isStopped) _logic.Receive(message.Bytes.Span);
                break;
            case BeatLetter when !_isStopped:
                try
                {
                    _logic.Tick();
                }
                finally
                {
                    _beatTimer.Change(_options.BroadcastPeriod, Timeout.InfiniteTimeSpan);
                }

                break;
            case FlushLetter:
                _logic.FlushDiffs();
                break;
            case SentLetter sent:
                _logic.Sent(sent.IsTaken);
                break;
            case StopLetter stop:
                return HandleStopAsync(stop);
        }

        return default;
    }

    protected override void OnUnhandled(Exception exception) => LogFailed(_logger, exception);

    async ValueTask HandleStopAsync(StopLetter stop)
    {
        try
        {
            if (_isStopped) return;
            _isStopped = true;
            _beatTimer.Dispose();
            _pubSub.Registry.Unsubscribe(_topic, _subscriber);
            if (!_options.PermdownOnShutdown) return;
            _logic.Leave();
            await _broadcasting.ConfigureAwait(false);
        }
        finally
        {
            stop.Done.SetResult();
        }
    }

    async Task BroadcastAsync(List<byte[]> messages)
    {
        var isTaken = false;
        try
        {
            foreach (var message in messages)
                await _pubSub.PublishAsync(_pubSub.Prepare(_topic, Event, Payload.Binary(message)), _subscriber, CancellationToken.None).ConfigureAwait(false);
            isTaken = true;
        }
#pragma warning disable CA1031 // Whatever the adapter throws: the changes are kept and sent later.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Refused(e);
        }

        Post(new SentLetter(isTaken));
    }

    async Task SendToAsync(string node, List<byte[]> messages)
    {
        try
        {
            foreach (var message in messages)
                await _pubSub.DirectBroadcastAsync(node, _topic, Event, Payload.Binary(message)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Requests and answers are repeated as long as something is missing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Refused(e);
        }
    }

    void Take(ReadOnlyMemory<byte> message)
    {
        var waiting = Interlocked.Add(ref _waitingBytes, message.Length);
        if (waiting <= MaxWaitingBytes || waiting == message.Length)
        {
            Post(new MessageLetter(message));
            return;
        }

        Interlocked.Add(ref _waitingBytes, -message.Length);
        _pubSub.Metrics.Lost.Add(1);
    }

    sealed class NodeSubscriber(TrackerShard shard) : Subscriber
    {
        public override void Deliver(Delivery delivery)
        {
            if (delivery.Broadcast is { Event: Event, Payload: { IsBinary: true } payload }) shard.Take(payload.Bytes);
        }
    }

    sealed class MessageLetter(ReadOnlyMemory<byte> bytes) : Letter
    {
        public ReadOnlyMemory<byte> Bytes => bytes;
    }

    /// <summary>There is one, posted by a timer that is set again when it has been handled.</summary>
    sealed class BeatLetter : Letter;

    /// <summary>As above: the timer is set by the first change after it has been handled.</summary>
    sealed class FlushLetter : Letter;

    sealed class SentLetter(bool isTaken) : Letter
    {
        public bool IsTaken => isTaken;
    }

    sealed class StopLetter : Letter
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
