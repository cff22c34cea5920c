using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace PhoenixChannels.Postgres;

/// <summary>The connections of a node as long as all of them work: one that listens, one that publishes, and those that the data source lends for what is read from tables.</summary>
internal sealed partial class Link(NpgsqlDataSource dataSource, PostgresPubSubOptions options, IPubSubReceiver receiver, Outbox outbox, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>When nothing has come for so long, whether the connection still works is tried out.</summary>
    static readonly TimeSpan s_silence = TimeSpan.FromSeconds(8);

    static readonly TimeSpan s_nameRetry = TimeSpan.FromMilliseconds(200), s_cleaning = TimeSpan.FromSeconds(30), s_release = TimeSpan.FromSeconds(1);

    readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _receiving = new(), _starting = new();
    readonly NotificationWriter _packed = new(options.Schema);
    readonly NotificationReader _reader = new();
    readonly Queue<string> _notifications = new();
    NpgsqlConnection? _listening, _publishing;
    NpgsqlCommand? _publish;
    Task _lastPublish = Task.CompletedTask;
    Task[] _running = [];
    bool _isEnding, _hasEnded;

    /// <summary>The server's process that listens, and since when it runs.</summary>
    public (int Pid, DateTime Since) Session { get; private set; }

    /// <summary>Opens the connections, makes the tables, takes the node's name and listens.</summary>
    /// <param name="former">The session that the node had before, which may still hold its name.</param>
    /// <param name="patience">How long to wait for another holder of the name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The name is taken, the connection goes through a transaction pooler, or something is missing; the text says what to do.</exception>
    public async Task OpenAsync((int Pid, DateTime Since)? former, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            _listening = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _publishing = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await RequireSessionsAsync(cancellationToken).ConfigureAwait(false);

            // A session whose machine has vanished would hold the name for hours.
            await ExecuteAsync(_listening, "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)", cancellationToken).ConfigureAwait(false);
            await MakeTablesAsync(cancellationToken).ConfigureAwait(false);
            await TakeNameAsync(former, patience, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName)
        {
            throw new InvalidOperationException($"The database refuses the connection: {e.MessageText} Correct the connection string.", e);
        }

        _listening.Notification += (_, notification) => _notifications.Enqueue(notification.Payload);
        await ExecuteAsync(_listening, $"LISTEN {PostgresSchema.ChannelOf(options.Schema)}; LISTEN {PostgresSchema.ChannelOf(options.Schema, options.NodeName)}", cancellationToken).ConfigureAwait(false);
        _publish = CreateCommand(_publishing, options);
    }

    /// <summary>Hands over what comes until something breaks, and throws what it was. What is under way then, on a connection that may be dead, ends by itself; nothing more is handed over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running = [ListenAsync(ending.Token), outbox.RunAsync(TryReceive, logger, ending.Token), CleanAsync(ending.Token), _broken.Task.WaitAsync(ending.Token)];
        var first = await Task.WhenAny(_running).ConfigureAwait(false);
        lock (_receiving) _hasEnded = true;
        await ending.CancelAsync().ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    /// <summary>Publishes a batch, all or nothing.</summary>
    /// <exception cref="PubSubUnavailableException">It was not taken, or perhaps not.</exception>
    public async Task PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch)
    {
        try
        {
            lock (_starting)
            {
                if (_isEnding || _broken.Task.IsCompleted) throw new PubSubUnavailableException("The connection to the database is lost.");
                _packed.Clear();
                foreach (var envelope in batch.Span) _packed.Add(envelope);
                _packed.Finish();
                Fill(_publish!, _packed);
                _lastPublish = _publish!.ExecuteNonQueryAsync(CancellationToken.None);
            }

            await _lastPublish.WaitAsync(options.PublishTimeout, time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
        {
            var isUnknown = PostgresFaults.IsOutcomeUnknown(e);
            if (isUnknown) _broken.TrySetException(e);
            if (e is PostgresException { SqlState: PostgresErrorCodes.ProgramLimitExceeded }) await ClearQueueAsync().ConfigureAwait(false);
            throw isUnknown
                ? new PubSubUnavailableException($"The database was given the message, and whether it took it is not known: {PostgresFaults.ReasonOf(e)}", e) { IsOutcomeUnknown = true }
                : new PubSubUnavailableException($"The database has refused the message: {PostgresFaults.ReasonOf(e)}", e);
        }
    }

    /// <summary>Somebody on this node publishes with a transaction: this node and the others should look soon.</summary>
    public void WakeOutbox()
    {
        if (outbox.Wake()) _ = TellToWakeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_starting) _isEnding = true;

        // A connection must not be closed over a command. The driver ends one by itself some time after its time-out.
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _lastPublish.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_publish is not null) await _publish.DisposeAsync().ConfigureAwait(false);
        if (_listening is not null)
        {
            // The connection goes back to the data source, whose next user must not find the name taken.
            try
            {
                if (_listening.State == System.Data.ConnectionState.Open) await ExecuteAsync(_listening, "UNLISTEN *; SELECT pg_advisory_unlock_all()", CancellationToken.None, s_release).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                LogNotReleased(logger, e);
            }

            await _listening.DisposeAsync().ConfigureAwait(false);
        }

        if (_publishing is not null) await _publishing.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A command that publishes; its parameters are set by <see cref="Fill"/>.</summary>
    public static NpgsqlCommand CreateCommand(NpgsqlConnection connection, PostgresPubSubOptions options) => new($"""
        WITH large AS (INSERT INTO {options.Schema}.large_messages (id, envelope) SELECT * FROM unnest($1, $2))
        SELECT pg_notify(channel, payload) FROM unnest($3, $4) AS n (channel, payload)
        """, connection)
    {
        CommandTimeout = Seconds(options.PublishTimeout),
        Parameters =
        {
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        },
    };

    public static void Fill(NpgsqlCommand command, NotificationWriter notifications)
    {
        command.Parameters[0].Value = notifications.LargeIds;
        command.Parameters[1].Value = notifications.LargeEnvelopes;
        command.Parameters[2].Value = notifications.Channels;
        command.Parameters[3].Value = notifications.Payloads;
    }

    /// <summary>A pooler that gives each transaction another session makes LISTEN and the lock on the name work for whoever comes next.</summary>
    async Task RequireSessionsAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < 3; round++)
        {
            var mark = Guid.NewGuid().ToString("N");
            await ExecuteAsync(_listening!, $"SELECT set_config('phoenix_channels.session', '{mark}', false)", cancellationToken).ConfigureAwait(false);
            var other = await ReadMarkAsync(_publishing!).ConfigureAwait(false);
            var own = await ReadMarkAsync(_listening!).ConfigureAwait(false);
            if (own != mark || other == mark)
            {
                throw new InvalidOperationException(
                    "The connection goes through a pooler in transaction mode (such as PgBouncer with pool_mode = transaction), through which LISTEN does not work: it needs a session of its own. " +
                    "Give UsePostgres a connection string that leads to the database itself, or to a pooler in session mode.");
            }
        }

        async Task<string?> ReadMarkAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand("SELECT current_setting('phoenix_channels.session', true)", connection);
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
        }
    }

    async Task MakeTablesAsync(CancellationToken cancellationToken)
    {
        if (await HasTablesAsync(cancellationToken).ConfigureAwait(false)) return;
        if (!options.CreateSchema) throw MissingSchema(null);
        try
        {
            // Nodes that start together must not make them at once.
            await ExecuteAsync(_publishing!, $"BEGIN; SELECT pg_advisory_xact_lock({PostgresSchema.LockOf(options.Schema)}); {options.GetSchemaScript()}; COMMIT", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MissingSchema(e);
        }
    }

    async Task<bool> HasTablesAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT to_regclass('{options.Schema}.commits') IS NOT NULL AND EXISTS (SELECT FROM pg_trigger WHERE tgname = 'number_commit' AND tgrelid = to_regclass('{options.Schema}.outbox'))", _publishing);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    InvalidOperationException MissingSchema(Exception? inner) => new(
        $"The database has no schema '{options.Schema}' for channels, and the application may not make it: have the SQL of PostgresPubSubOptions.GetSchemaScript() run by somebody who may, and let the application read and write its tables.", inner);

    async Task TakeNameAsync((int Pid, DateTime Since)? former, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!await TryTakeNameAsync(former, cancellationToken).ConfigureAwait(false))
        {
            if (time.GetElapsedTime(start) >= patience) throw new InvalidOperationException($"Another node named '{options.NodeName}' is connected: give every node a name of its own (PostgresPubSubOptions.NodeName).");
            await Task.Delay(s_nameRetry, time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<bool> TryTakeNameAsync((int Pid, DateTime Since)? former, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT pid, backend_start, pg_try_advisory_lock({PostgresSchema.LockOf(options.Schema, options.NodeName)}) FROM pg_stat_activity WHERE pid = pg_backend_pid()", _listening);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Session = (reader.GetInt32(0), reader.GetDateTime(1));
            if (reader.GetBoolean(2)) return true;
        }

        // This node's own session may linger on behind a connection that broke.
        if (former is not { } lingering) return false;
        await using var ending = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2", _listening) { Parameters = { new() { Value = lingering.Pid }, new() { Value = lingering.Since } } };
        await ending.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_notifications.TryDequeue(out var notification)) await TakeAsync(notification, cancellationToken).ConfigureAwait(false);
            if (await _listening!.WaitAsync(s_silence, cancellationToken).ConfigureAwait(false)) continue;
            await using var command = new NpgsqlCommand("SELECT 1", _listening) { CommandTimeout = Seconds(options.PublishTimeout) };
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    async Task TakeAsync(string notification, CancellationToken cancellationToken)
    {
        if (!_reader.TryBegin(notification))
        {
            LogUnreadable(logger);
            Receive(default);       // counts as skipped
            return;
        }

        while (_reader.TryNext())
        {
            if (_reader.IsWake) outbox.Wake();
            else if (_reader.LargeId is { } id) await TakeLargeAsync(id, cancellationToken).ConfigureAwait(false);
            else Receive(_reader.Envelope);
        }
    }

    /// <summary>One that is not there any more is missed, and its number tells so.</summary>
    async Task TakeLargeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"SELECT envelope FROM {options.Schema}.large_messages WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        command.CommandTimeout = Seconds(options.PublishTimeout);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is byte[] envelope) Receive(envelope);
        else LogLargeGone(logger);
    }

    /// <summary>One at a time: notifications and the outbox are read side by side.</summary>
    void Receive(ReadOnlySpan<byte> envelope)
    {
        lock (_receiving)
            if (!_hasEnded) receiver.Receive(envelope);
    }

    bool TryReceive(List<byte[]> envelopes)
    {
        lock (_receiving)
        {
            if (_hasEnded) return false;
            foreach (var envelope in envelopes) receiver.Receive(envelope);
            return true;
        }
    }

    /// <summary>
    /// The queue of notifications is full. PostgreSQL drops what all have read when somebody publishes, and nobody can any more: so it stays full after the session that held it up is done. Asking how full it
    /// is drops that, too.
    /// </summary>
    async Task ClearQueueAsync()
    {
        try
        {
            await ExecuteAsync(_publishing!, "SELECT pg_notification_queue_usage()", CancellationToken.None, options.PublishTimeout).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            _broken.TrySetException(e);
        }
    }

    async Task TellToWakeAsync()
    {
        try
        {
            var notifications = new NotificationWriter(options.Schema);
            notifications.AddWake();
            notifications.Finish();
            await using var command = dataSource.CreateCommand("SELECT pg_notify($1, $2)");
            command.Parameters.Add(new() { Value = notifications.Channels[0] });
            command.Parameters.Add(new() { Value = notifications.Payloads[0] });
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            // They look once a second anyway.
            LogNotWoken(logger, e);
        }
    }

    /// <summary>Any node may clean the tables; one does at a time.</summary>
    async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(s_cleaning < options.Retention ? s_cleaning : options.Retention, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await CleanOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                // It costs room, and may succeed the next time, or another node.
                LogNotCleaned(logger, e);
            }
        }
    }

    async Task CleanOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            WITH due AS MATERIALIZED (SELECT clock_timestamp() - $1 AS at WHERE pg_try_advisory_xact_lock({PostgresSchema.LockOf(options.Schema)})),
                 large AS (DELETE FROM {options.Schema}.large_messages USING due WHERE created_at < due.at),
                 old AS (DELETE FROM {options.Schema}.commits USING due WHERE committed_at < due.at RETURNING xid)
            DELETE FROM {options.Schema}.outbox USING old WHERE outbox.xid = old.xid
            """);
        command.Parameters.Add(new() { Value = options.Retention });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (timeout is { } limit) command.CommandTimeout = Seconds(limit);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
