using Microsoft.Extensions.Logging;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Adapters;

/// <summary>
/// Carries envelopes over the channels of a Redis: one for all nodes, and one for each. A connection that was lost is looked for without end.
/// </summary>
internal sealed partial class RedisPubSubAdapter : IPubSubAdapter, IAsyncDisposable, IDisposable
{
    static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(100), s_longestPause = TimeSpan.FromSeconds(5);

    readonly Lock _receiving = new();
    readonly CancellationTokenSource _stopping = new();
    readonly RedisPubSubOptions _options;
    readonly RedisNames _names;
    readonly RedisSource _source;
    readonly NodeLease _lease;
    readonly RedisMetrics _metrics;
    readonly ILogger _logger;
    readonly TimeProvider _time;
    readonly EnvelopeFrames.Taker _take;
    IPubSubReceiver? _receiver;
    volatile RedisLink? _link;
    Task _running = Task.CompletedTask;
    bool _isNameOurs = true;

    /// <param name="options">The options, which are checked here.</param>
    /// <param name="source">Where connections come from.</param>
    /// <param name="metrics">Counts what goes wrong.</param>
    /// <param name="logger">Tells of it.</param>
    /// <param name="time">The clock.</param>
    public RedisPubSubAdapter(RedisPubSubOptions options, RedisSource source, RedisMetrics metrics, ILogger<RedisPubSubAdapter> logger, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _names = new(options);
        _source = source;
        _lease = new(_names, options.NameLease, time);
        _metrics = metrics;
        _logger = logger;
        _time = time;
        _take = Take;
    }

    public string NodeName => _names.NodeName;

    public async Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        try
        {
            await LinkAsync(isStart: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFault.Mistake(e, _names) is { } mistake)
        {
            throw mistake;
        }
#pragma warning disable CA1031 // What is no mistake may pass.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            receiver.Disconnected(RedisFault.Reason(e, _source.Where));
        }

        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_receiving) _receiver = null;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Interlocked.Exchange(ref _link, null) is not { } link) return;
        await _lease.FreeAsync(link.Database).WaitAsync(_options.PublishTimeout, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await link.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>For a provider of services that is disposed of without waiting: the rest ends by itself.</summary>
    public void Dispose() => _ = StopAsync(CancellationToken.None);

    public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken) =>
        _link is { } link ? link.PublishAsync(batch, cancellationToken) : ValueTask.FromException(new PubSubUnavailableException($"Node '{NodeName}' is not connected to Redis."));

    public void InterestChanged(string topic, bool interested)
    {
        // Every node hears everything.
    }

    /// <summary>Connects, sees to the name, and subscribes.</summary>
    async Task LinkAsync(bool isStart, CancellationToken cancellationToken)
    {
        var redis = await _source.ConnectAsync().ConfigureAwait(false);
        var link = new RedisLink(_source, redis, _names, _options, _time, Receive);
        try
        {
            if (isStart) await _lease.TakeAsync(link.Database, cancellationToken).ConfigureAwait(false);
            else await HoldNameAsync(link).ConfigureAwait(false);
            await link.SubscribeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _link = link;
        lock (_receiving) _receiver?.Connected();
    }

    async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            var pause = s_shortestPause;
            while (true)
            {
                if (_link is { } link)
                {
                    var start = _time.GetTimestamp();
                    var reason = await WatchAsync(link, stopping).ConfigureAwait(false);
                    _link = null;
                    lock (_receiving) _receiver?.Disconnected(reason);
                    await link.DisposeAsync().ConfigureAwait(false);

                    // One that is lost again and again is looked for less and less often.
                    if (_time.GetElapsedTime(start) > s_longestPause) pause = s_shortestPause;
                }

                pause = await LinkAgainAsync(pause, stopping).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever was under way when the node was stopped.
        catch (Exception) when (stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Stopped.
        }
    }

    /// <summary>Renews the lease and looks whether Redis answers, until the connection is lost.</summary>
    /// <returns>Why it was lost.</returns>
    async Task<string> WatchAsync(RedisLink link, CancellationToken stopping)
    {
        while (true)
        {
            var pause = Task.Delay(_options.NameLease / 3, _time, stopping);
            if (await Task.WhenAny(link.Lost, pause).ConfigureAwait(false) == link.Lost) return await link.Lost.ConfigureAwait(false);
            await pause.ConfigureAwait(false);
            try
            {
                await HoldNameAsync(link).WaitAsync(_options.PublishTimeout, _time, stopping).ConfigureAwait(false);
                await link.CheckAsync(stopping).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, the connection is not to be relied upon.
            catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                return RedisFault.Reason(e, _source.Where);
            }
        }
    }

    /// <summary>Tries until it succeeds, with pauses that grow and are not the same on all nodes.</summary>
    /// <returns>The pause before the next try, should that be needed soon.</returns>
    async Task<TimeSpan> LinkAgainAsync(TimeSpan pause, CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble() / 2), _time, stopping).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            try
            {
                await LinkAsync(isStart: false, stopping).ConfigureAwait(false);
                _metrics.Reconnects.Add(1);
                return pause;
            }
#pragma warning disable CA1031 // There is nothing but to try again.
            catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotConnected(_logger, (RedisFault.Mistake(e, _names) ?? e) is InvalidOperationException mistake ? mistake.Message : RedisFault.Reason(e, _source.Where));
            }
        }
    }

    /// <summary>Keeps the name while the node runs: a Redis that has lost its data may have given it to another one. Messages matter more than the name.</summary>
    async Task HoldNameAsync(RedisLink link)
    {
        try
        {
            var isOurs = await _lease.HoldAsync(link.Database).ConfigureAwait(false);
            if (!isOurs) _metrics.NameConflicts.Add(1);
            if (isOurs != _isNameOurs) LogName(isOurs);
            _isNameOurs = isOurs;
        }
        catch (StackExchange.Redis.RedisServerException e) when (!RedisFault.IsReplica(e))
        {
            LogLeaseRefused(_logger, e.Message);
        }
    }

    void LogName(bool isOurs)
    {
        if (isOurs) LogNameIsOursAgain(_logger, NodeName);
        else LogNameIsTaken(_logger, NodeName);
    }

    void Receive(ReadOnlyMemory<byte> message)
    {
        lock (_receiving)
            if (!EnvelopeFrames.Read(message.Span, _take)) _metrics.Damaged.Add(1);
    }

    void Take(ReadOnlySpan<byte> envelope) => _receiver?.Receive(envelope);
}
