using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Broadcasts;

/// <summary>What carries messages between nodes.</summary>
/// <param name="Name">Also the kind of node that has PubSub over it.</param>
/// <param name="Bare">The kind of node that does without PubSub; null where there is none.</param>
/// <param name="Batched">One of that sort that sends many messages at once.</param>
/// <param name="StartAsync">Starts its server.</param>
sealed record Engine(string Name, string? Bare, string? Batched, Func<Task<(IAsyncDisposable? Server, string ConnectionString)>> StartAsync)
{
    public static IReadOnlyList<Engine> All { get; } =
    [
        new(Messenger.Postgres, Messenger.BarePostgres, Messenger.BatchedPostgres, StartPostgresAsync),
        new(Messenger.Redis, Messenger.BareRedis, null, StartRedisAsync),
        new(Messenger.Linked, null, null, () => Task.FromResult<(IAsyncDisposable?, string)>((null, ""))),
    ];

    /// <summary>The kind of node that others are compared with.</summary>
    public string Reference => Bare ?? Name;

    static async Task<(IAsyncDisposable? Server, string ConnectionString)> StartPostgresAsync()
    {
        // Four nodes, each with the pool that the driver gives it.
        var server = await PostgresServer.StartAsync("max_connections=500");
        return (server, server.ConnectionString);
    }

    static async Task<(IAsyncDisposable? Server, string ConnectionString)> StartRedisAsync()
    {
        var server = await RedisServer.StartAsync(RedisServer.Kinds[^1]);
        return (server, server.ConnectionString);
    }
}
