using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhoenixChannels.Postgres;

/// <summary>
/// Publishes with NOTIFY over one connection and hears with LISTEN over another. When either breaks, both are made anew. Meanwhile nothing is published.
/// </summary>
internal sealed partial class PostgresPubSubAdapter(NpgsqlDataSource dataSource, bool ownsDataSource, PostgresPubSubOptions options, TimeProvider time, ILogger<PostgresPubSubAdapter> logger)
    : IPubSubAdapter, IAsyncDisposable
{
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100), s_longestDelay = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _stopping = new();
    readonly NotificationWriter _notifications = new(options.Schema);
    readonly Outbox _outbox = new(dataSource, options, time);
    IPubSubReceiver _receiver = null!;
    volatile Link? _link;
    (int Pid, DateTime Since)? _session;
    string? _reason = "It is not started.";
    Task _running = Task.CompletedTask;

    public string NodeName => options.NodeName;

    public PostgresPubSubOptions Options => options;

    public async Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        Link? link = null;
        try
        {
            link = await OpenAsync(isStart: true, cancellationToken).ConfigureAwait(false);
            _outbox.Begin(await _outbox.ReadSnapshotAsync(cancellationToken).ConfigureAwait(false));
            Connected(link);
        }
        catch (Exception e) when (PostgresFaults.MayPass(e))
        {
            if (link is not null) await link.DisposeAsync().ConfigureAwait(false);
            link = null;
            Disconnected(e);
        }

        _running = RunAsync(link);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        if (ownsDataSource) await dataSource.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
    {
        if (_link is not { } link) throw new PubSubUnavailableException($"The database cannot be reached: {_reason}");
        _notifications.Clear();
        foreach (var envelope in batch.Span) _notifications.Add(envelope);
        _notifications.Finish();
        await link.PublishAsync(_notifications).ConfigureAwait(false);
    }

    public void InterestChanged(string topic, bool interested)
    {
    }

    /// <summary>Takes the place of this adapter in a transaction: see <see cref="TransactionExtensions"/>.</summary>
    public async Task PublishAsync(NpgsqlTransaction transaction, string topic, byte[] envelope, CancellationToken cancellationToken)
    {
        if (options.Transactions == TransactionMode.Outbox)
        {
            await _outbox.AddAsync(transaction, topic, envelope, cancellationToken).ConfigureAwait(false);
            _link?.WakeOutbox();
            return;
        }

        var notifications = new NotificationWriter(options.Schema);
        notifications.Add(new(null, envelope));
        notifications.Finish();
        await using var command = Link.CreateCommand(transaction.Connection!, options);
        command.Transaction = transaction;
        Link.Fill(command, notifications);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task RunAsync(Link? link)
    {
        var failures = link is null ? 1 : 0;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (link is null)
                {
                    await Task.Delay(DelayAfter(failures), time, _stopping.Token).ConfigureAwait(false);
                    link = await OpenAsync(isStart: false, _stopping.Token).ConfigureAwait(false);
                    if (!_outbox.HasBegun) _outbox.Begin(await _outbox.ReadSnapshotAsync(_stopping.Token).ConfigureAwait(false));
                    Connected(link);
                    failures = 0;
                }

                await link.RunAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever it is, the connection is tried again, and what is wrong is told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                Disconnected(e);
            }

            if (link is not null) await link.DisposeAsync().ConfigureAwait(false);
            link = null;
        }

        _link = null;
        _reason = "This node has stopped.";
        if (link is not null) await link.DisposeAsync().ConfigureAwait(false);
    }

    async Task<Link> OpenAsync(bool isStart, CancellationToken cancellationToken)
    {
        var link = new Link(dataSource, options, _receiver, _outbox, time, logger);
        try
        {
            await link.OpenAsync(_session, isStart ? options.NameTimeout : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            _session = link.Session;
            return link;
        }
        catch (Exception)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    void Connected(Link link)
    {
        _reason = null;
        _link = link;
        LogConnected(logger, NodeName);
        _receiver.Connected();
    }

    void Disconnected(Exception exception)
    {
        _link = null;
        var reason = PostgresFaults.ReasonOf(exception);
        if (reason == _reason) return;      // told already, and not cured since
        _reason = reason;
        LogDisconnected(logger, reason);
        _receiver.Disconnected(reason);
    }

    /// <summary>Doubles from time to time, and is different on each node: they would all come at once.</summary>
    static TimeSpan DelayAfter(int failures)
    {
        var delay = s_firstDelay * Math.Pow(2, Math.Min(failures - 1, 10));
        return (delay < s_longestDelay ? delay : s_longestDelay) * (0.5 + Random.Shared.NextDouble() / 2);
    }
}
