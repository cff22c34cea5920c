using System.Net;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>A connection to Redis from the moment at which everything arrives to the moment at which something may not.</summary>
internal sealed class RedisLink : IAsyncDisposable
{
    readonly RedisSource _source;
    readonly IConnectionMultiplexer _redis;
    readonly ISubscriber _subscriber;
    readonly RedisNames _names;
    readonly RedisPubSubOptions _options;
    readonly TimeSpan _timeout;
    readonly TimeProvider _time;
    readonly Action<ReadOnlyMemory<byte>> _receive;
    readonly byte[] _probe = EnvelopeFrames.CreateProbe(RandomNumberGenerator.GetBytes(16));
    readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<(ChannelMessageQueue Queue, Task Reading)> _subscriptions = [];
    volatile EndPoint?[]? _servers;

    /// <param name="source">Where the connection is from.</param>
    /// <param name="redis">The connection.</param>
    /// <param name="names">What is used in it.</param>
    /// <param name="options">How long an answer may take, and how much may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="receive">Takes what arrives, on several threads.</param>
    public RedisLink(RedisSource source, IConnectionMultiplexer redis, RedisNames names, RedisPubSubOptions options, TimeProvider time, Action<ReadOnlyMemory<byte>> receive)
    {
        _source = source;
        _redis = redis;
        _subscriber = redis.GetSubscriber();
        _names = names;
        _options = options;
        _timeout = options.PublishTimeout;
        _time = time;
        _receive = receive;
        redis.ConnectionFailed += Failed;       // before anything is subscribed: a connection that fails is subscribed anew behind our back, with a gap
    }

    /// <summary>Completes, with the reason, when messages may be missed.</summary>
    public Task<string> Lost => _lost.Task;

    public IDatabase Database => _redis.GetDatabase();

    /// <summary>Completes when what is published arrives here: the server has acknowledged the subscriptions, and a message to each of them has come back.</summary>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        Task[] arrived = [await SubscribeAsync(_names.All).ConfigureAwait(false), await SubscribeAsync(_names.Own).ConfigureAwait(false)];
        _servers = FindServers();
        await _subscriber.PublishAsync(_names.All, _probe).ConfigureAwait(false);
        await _subscriber.PublishAsync(_names.Own, _probe).ConfigureAwait(false);
        await Task.WhenAll(arrived).WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes when the server has taken all.</summary>
    public async ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
    {
        if (!_redis.IsConnected) throw new PubSubUnavailableException($"{_source.Where} is not connected.");
        var buffers = EnvelopeBuffer.Pack(batch.Span, _names);
        var sending = buffers.ConvertAll(SendAsync);
        var all = Task.WhenAll(sending);
        try
        {
            await all.WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            _ = all.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw sending.TrueForAll(one => RedisFault.IsRefusal(one.Exception?.InnerException))
                ? new PubSubUnavailableException($"Redis has not taken the message. {RedisFault.Reason(e, _source.Where)}", e)
                : new PubSubUnavailableException($"Redis was given the message, and whether it has taken it is not known. {RedisFault.Reason(e, _source.Where)}", e) { IsOutcomeUnknown = true };
        }

        // Only now: a message without an answer may still be on its way out.
        foreach (var buffer in buffers) buffer.Return();
    }

    /// <summary>Fails when the connection that messages come by does not answer.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await _subscriber.PingAsync().WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);

        // The servers of a cluster may share it out anew. What is checked has been subscribed to.
        if (!FindServers().SequenceEqual(_servers!)) _lost.TrySetResult($"what comes from {_source.Where} comes from another of its servers now.");
    }

    /// <summary>Nothing is received afterwards: what comes through a next connection stays behind what came through this one.</summary>
    public async ValueTask DisposeAsync()
    {
        _redis.ConnectionFailed -= Failed;
        foreach (var (queue, reading) in _subscriptions)
        {
            // On a connection that goes on to be used, a late UNSUBSCRIBE would end the next subscription.
            await EndAsync(queue.UnsubscribeAsync(_source.IsOwned ? CommandFlags.FireAndForget : CommandFlags.None)).ConfigureAwait(false);
            queue.Unsubscribe();        // where the server was not told, the queue is still open
            await reading.ConfigureAwait(false);
        }

        if (_source.IsOwned) await EndAsync(_redis.DisposeAsync().AsTask()).ConfigureAwait(false);
    }

    async Task<Task> SubscribeAsync(RedisChannel channel)
    {
        var queue = await _subscriber.SubscribeAsync(channel).ConfigureAwait(false);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _subscriptions.Add((queue, ReadAsync(queue, arrived)));
        return arrived.Task;
    }

    async Task ReadAsync(ChannelMessageQueue queue, TaskCompletionSource arrived)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> message = (await queue.ReadAsync().ConfigureAwait(false)).Message;
                if (!EnvelopeFrames.IsProbe(message.Span)) _receive(message);
                else if (message.Span.SequenceEqual(_probe)) arrived.TrySetResult();

                // The client takes from the server whatever comes, however far behind this is.
                if (queue.TryGetCount(out var waiting) && waiting > _options.MaxIncomingMessages)
                    _lost.TrySetResult($"more than {_options.MaxIncomingMessages} messages (RedisPubSubOptions.MaxIncomingMessages) waited for this node, which is too slow for them.");
            }
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            _lost.TrySetResult($"{_source.Where} was unsubscribed from.");     // by this link, or by the application whose connection it is
        }
#pragma warning disable CA1031 // A node that hears nothing more has to know.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _lost.TrySetResult($"what came from {_source.Where} could not be taken: {e.Message}");
        }
    }

    async Task SendAsync(EnvelopeBuffer buffer) => await _subscriber.PublishAsync(buffer.Channel, buffer.Message).ConfigureAwait(false);

    void Failed(object? sender, ConnectionFailedEventArgs args)
    {
        // Of several servers, only those by which messages have come matter. By now they may come from another one: this is told late.
        if (_servers is not { } servers || servers.Contains(args.EndPoint) || servers.Contains(null)) _lost.TrySetResult($"{_source.Where} was lost ({args.FailureType}).");
    }

    EndPoint?[] FindServers() => [_subscriber.SubscribedEndpoint(_names.All), _subscriber.SubscribedEndpoint(_names.Own)];

    /// <summary>Whatever it says: there is nothing more to end.</summary>
    async Task EndAsync(Task ending) => await ending.WaitAsync(_timeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
