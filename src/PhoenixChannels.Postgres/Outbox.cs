using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhoenixChannels.Postgres;

/// <summary>
/// Reads the messages of transactions as they are committed. What has been read is known by a snapshot of the database: the next reading gets exactly what that snapshot does not show, however long a
/// transaction took and in whatever order they end.
/// </summary>
internal sealed partial class Outbox(NpgsqlDataSource dataSource, PostgresPubSubOptions options, TimeProvider time)
{
    /// <summary>So long after somebody published with a transaction, the outbox is read often.</summary>
    static readonly TimeSpan s_busy = TimeSpan.FromSeconds(10);

    static readonly TimeSpan s_idlePeriod = TimeSpan.FromSeconds(1), s_tellAgain = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new(), _handingOver = new();
    TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _wokenAt, _toldAt;
    string? _snapshot;

    /// <summary>Whether it is known what has been read.</summary>
    public bool HasBegun => _snapshot is not null;

    /// <summary>What a snapshot shows counts as read.</summary>
    public void Begin(string snapshot) => _snapshot = snapshot;

    public async Task<string> ReadSnapshotAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT pg_current_snapshot()::text");
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Adds a message to a transaction.</summary>
    public async Task AddAsync(NpgsqlTransaction transaction, string topic, byte[] envelope, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"INSERT INTO {options.Schema}.outbox (stripe, envelope) VALUES ($1, $2)", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = PostgresSchema.StripeOf(topic) }, new() { Value = envelope } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From now on the outbox is read often for a while. True when the other nodes should be told so, too.</summary>
    public bool Wake()
    {
        lock (_lock)
        {
            _wokenAt = time.GetTimestamp();
            _woken.TrySetResult();
            if (_toldAt != 0 && time.GetElapsedTime(_toldAt) < s_tellAgain) return false;
            _toldAt = _wokenAt;
            return true;
        }
    }

    /// <summary>Reads until it is cancelled. What cannot be read now is read later: the rows are there for a while.</summary>
    /// <param name="tryReceive">Takes all messages of a reading, or none when another connection is about to read them.</param>
    /// <param name="logger">Tells what cannot be read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<List<byte[]>, bool> tryReceive, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.Transactions != TransactionMode.Outbox) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var start = time.GetTimestamp();
            try
            {
                if (await ReadAsync(tryReceive, cancellationToken).ConfigureAwait(false)) Wake();
            }
            catch (NpgsqlException e) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotRead(logger, e);
                await Task.Delay(s_idlePeriod, time, cancellationToken).ConfigureAwait(false);
            }

            // A reading takes long while a long transaction keeps the database from forgetting what came since: then there are fewer of them.
            var pause = time.GetElapsedTime(start);
            Task woken;
            bool isBusy;
            lock (_lock)
            {
                isBusy = _wokenAt != 0 && time.GetElapsedTime(_wokenAt) < s_busy;
                if (!isBusy && _woken.Task.IsCompleted) _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
                woken = _woken.Task;
            }

            if (isBusy) await Task.Delay(pause > options.PollPeriod ? pause : options.PollPeriod, time, cancellationToken).ConfigureAwait(false);
            else await woken.WaitAsync(s_idlePeriod, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Messages of transactions could not be read; it is tried again.")]
    static partial void LogNotRead(ILogger logger, Exception exception);

    /// <summary>Hands over what has been committed since the last reading, in the order of the commits. False when there was nothing.</summary>
    async Task<bool> ReadAsync(Func<List<byte[]>, bool> tryReceive, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT now.snapshot::text, message.envelope
            FROM (SELECT pg_current_snapshot() AS snapshot) now
            LEFT JOIN LATERAL (
                SELECT c.position, o.id, o.envelope FROM {options.Schema}.commits c JOIN {options.Schema}.outbox o USING (xid)
                WHERE c.xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(c.xid, $1::pg_snapshot)
            ) message ON true
            ORDER BY message.position, message.id
            """);
        string? snapshot;
        lock (_handingOver) snapshot = _snapshot;
        command.Parameters.Add(new() { Value = snapshot });
        var envelopes = new List<byte[]>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                snapshot = reader.GetString(0);
                if (!reader.IsDBNull(1)) envelopes.Add(reader.GetFieldValue<byte[]>(1));
            }
        }

        // All of them or none: what is not handed over is read again. The next connection's reading begins with what this one has handed over.
        lock (_handingOver)
        {
            if (!tryReceive(envelopes)) return false;
            _snapshot = snapshot;
        }

        return envelopes.Count > 0;
    }
}
