using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.Postgres;

namespace PhoenixChannels.AdapterTests.Postgres;

/// <summary>Readings of the outbox by one connection and the next; what they bring as a whole is in <see cref="TransactionTests"/>.</summary>
public sealed class OutboxTests
{
    readonly PostgresPubSubOptions _options = new() { PollPeriod = TimeSpan.FromMilliseconds(10) };
    NpgsqlDataSource _dataSource = null!; // set by BeginAsync, before each test
    Outbox _outbox = null!; // likewise

    [SetUp]
    public async Task BeginAsync()
    {
        _dataSource = NpgsqlDataSource.Create(await (await SharedServers.PostgresAsync()).CreateDatabaseAsync());
        await using (var schema = _dataSource.CreateCommand(_options.GetSchemaScript())) await schema.ExecuteNonQueryAsync();
        _outbox = new(_dataSource, _options, TimeProvider.System);
        _outbox.Begin(await _outbox.ReadSnapshotAsync(default));
    }

    [TearDown]
    public async Task EndAsync() => await _dataSource.DisposeAsync();

    [Test]
    public async Task What_a_connection_that_has_ended_would_have_handed_over_the_next_one_reads_and_nothing_twice()
    {
        await AddAsync("1", "2");
        Assert.That(await ReadAsync(_ => true), Is.EqualTo(new[] { "1", "2" }));
        await AddAsync("3");
        await AddAsync("4", "5");
        Assert.That(await ReadAsync(_ => false), Is.EqualTo(new[] { "3", "4", "5" }), "the first connection has ended meanwhile");
        Assert.That(await ReadAsync(_ => true), Is.EqualTo(new[] { "3", "4", "5" }));
        await AddAsync("6");
        Assert.That(await ReadAsync(_ => true), Is.EqualTo(new[] { "6" }));
    }

    async Task AddAsync(params string[] messages)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var message in messages) await _outbox.AddAsync(transaction, "t", Encoding.UTF8.GetBytes(message), default);
        await transaction.CommitAsync();
    }

    /// <summary>As a connection does, up to the first messages.</summary>
    /// <param name="tryReceive">What the connection says of them.</param>
    async Task<List<string>> ReadAsync(Predicate<List<string>> tryReceive)
    {
        using var end = new CancellationTokenSource();
        var received = new TaskCompletionSource<List<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.Run(() => _outbox.RunAsync(
            envelopes =>
            {
                if (envelopes.Count == 0) return true;
                var messages = envelopes.ConvertAll(Encoding.UTF8.GetString);
                var isTaken = tryReceive(messages);
                end.Cancel();
                received.TrySetResult(messages);
                return isTaken;
            },
            NullLogger.Instance, end.Token));
        var messages = await received.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return messages;
    }
}
