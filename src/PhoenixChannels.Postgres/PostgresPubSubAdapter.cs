using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhoenixChannels.Postgres;

/// <summary>
/// Publishes with NOTIFY over one connection and hears with LISTEN over another. When either breaks, both are made anew. Meanwhile nothing is published.
/// </summary>
internal sealed partial class PostgresPubSubAdapter(NpgsqlDataSource dataSource, bool ownsDataSource, PostgresPubSubOptions options, TimeProvider time, ILogger<PostgresPubSubAdapter> logger)
    : IPubSubAdapter, IAsyncDisposable, IDisposable
{
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100), s_longestDelay = TimeSpan.FromSeconds(5);

    /// <summary>So long a node waits for its own former session to go.</summary>
    static readonly TimeSpan s_ownName = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource _stopping = new();
    readonly Outbox _outbox = new(dataSource, options, time);
    IPubSubReceiver _receiver = null!;
    volatile Link? _link;
    (int Pid, DateTime Since)? _session;
    string? _reason = "It is not started.";
    Task _running = Task.CompletedTask;

    public string NodeName => options.NodeName;

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
        catch (Exception e)
        {
            if (link is not null) await link.DisposeAsync().ConfigureAwait(false);
            link = null;
            if (!PostgresFaults.MayPass(e)) throw;
            Disconnected(e);
        }

        _running = RunAsync(link);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);

        // A silent database is not waited for: its connections end some time later by themselves.
        await _running.WaitAsync(options.PublishTimeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        if (ownsDataSource) await dataSource.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>For a provider of services that is disposed of without waiting: the connections end by themselves.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        if (ownsDataSource) dataSource.Dispose();
    }

    public async ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
    {
        if (_link is not { } link) throw new PubSubUnavailableException($"The database cannot be reached: {_reason}");
        await link.PublishAsync(batch).ConfigureAwait(false);
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
        var connectedAt = time.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (link is null)
                {
                    await Task.Delay(DelayAfter(failures), time, _stopping.Token).ConfigureAwait(false);
                    link = await OpenAsync(isStart: false, _stopping.Token).ConfigureAwait(false);
                    if (!_outbox.HasBegun) _outbox.Begin(await _outbox.ReadSnapshotAsync(_stopping.Token).ConfigureAwait(false));
                    connectedAt = time.GetTimestamp();
                    Connected(link);
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
                // One that breaks again and again is tried less and less often.
                failures = link is not null && time.GetElapsedTime(connectedAt) > s_longestDelay ? 1 : failures + 1;
                Disconnected(e);
            }

            // A connection that has died may take long to end, and the next one need not wait for it.
            if (link is not null) _ = link.DisposeAsync().AsTask();
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
            await link.OpenAsync(_session, isStart ? options.NameTimeout : s_ownName, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch (Exception)
        {
            _ = link.DisposeAsync().AsTask();
            throw;
        }
        finally
        {
            if (link.Session is { Pid: > 0 } session) _session = session;
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
