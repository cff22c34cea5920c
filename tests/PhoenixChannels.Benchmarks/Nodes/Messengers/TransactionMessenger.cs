using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>
/// Writes a row in a transaction of its own, and broadcasts with it unless there is no mode. The other node has connections of its own, but is in this process: only so is it known
/// when the transaction of a message was committed, which the message itself cannot tell.
/// </summary>
sealed class TransactionMessenger(NpgsqlDataSource dataSource, PubSubMessenger here, PubSubMessenger there, TransactionMode? mode) : Messenger
{
    readonly ConcurrentDictionary<long, long> _commits = new();

    public static async Task<TransactionMessenger> StartAsync(string connectionString, TransactionMode? mode)
    {
        var dataSource = NpgsqlDataSource.Create(connectionString);
        await using (var command = dataSource.CreateCommand("CREATE TABLE written (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)")) await command.ExecuteNonQueryAsync();
        return new(dataSource, await StartNodeAsync("here"), await StartNodeAsync("there"), mode);

        Task<PubSubMessenger> StartNodeAsync(string name) => PubSubMessenger.StartAsync(services => services.AddPostgresPubSub(connectionString, options =>
        {
            options.NodeName = name;
            options.Transactions = mode ?? options.Transactions;
        }));
    }

    /// <summary>From when the commit was asked for: the message may be there before the answer to that is.</summary>
    public override Task SubscribeAsync(string topic, Action<long> arrived)
    {
        there.Subscribe(topic, stamp =>
        {
            if (_commits.TryRemove(stamp.Id, out var committedAt)) arrived(Clock.Now - committedAt);
        });
        return Task.CompletedTask;
    }

    public override async Task<int> SendAsync(string topic)
    {
        var stamp = Stamp.Create();
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("INSERT INTO written (text) VALUES ($1)", connection, transaction) { Parameters = { new() { Value = stamp.Text } } };
        await command.ExecuteNonQueryAsync();
        if (mode is not null)
        {
            await transaction.BroadcastAsync(here.PubSub, topic, "stamp", stamp);
            _commits[stamp.Id] = Clock.Now;
        }

        await transaction.CommitAsync();
        return mode is null ? 0 : 1;
    }

    public override async ValueTask DisposeAsync()
    {
        await here.DisposeAsync();
        await there.DisposeAsync();
        await dataSource.DisposeAsync();
    }
}
