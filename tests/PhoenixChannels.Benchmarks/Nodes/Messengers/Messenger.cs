using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>What a node process sends with and hears from: a node of PubSub, or what somebody would write by hand.</summary>
abstract class Messenger : IAsyncDisposable
{
    /// <summary>PubSub over an engine.</summary>
    public const string Postgres = "postgres", Redis = "redis", Linked = "linked";

    /// <summary>An engine without PubSub.</summary>
    public const string BarePostgres = "bare-postgres", BatchedPostgres = "batched-postgres", BareRedis = "bare-redis";

    /// <summary>Transactions in PostgreSQL, without a broadcast and with one.</summary>
    public const string Commit = "commit", Notify = "notify", Outbox = "outbox";

    /// <summary>Is an identifier in PostgreSQL.</summary>
    public static string TopicOf(int i) => $"topic_{i}";

    public static async Task<Messenger> StartAsync(string kind, string connectionString) => kind switch
    {
        Postgres => await PubSubMessenger.StartAsync(services => services.AddPostgresPubSub(connectionString)),
        BarePostgres => new BarePostgresMessenger(connectionString),
        BatchedPostgres => new BatchedPostgresMessenger(connectionString),
        Redis => await PubSubMessenger.StartAsync(services => services.AddRedisPubSub(connectionString)),
        BareRedis => await BareRedisMessenger.StartAsync(connectionString),
        Linked => await LinkedMessenger.StartAsync(),
        Commit => await TransactionMessenger.StartAsync(connectionString, null),
        Notify => await TransactionMessenger.StartAsync(connectionString, TransactionMode.Notify),
        Outbox => await TransactionMessenger.StartAsync(connectionString, TransactionMode.Outbox),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of node."),
    };

    /// <param name="topic">The topic.</param>
    /// <param name="arrived">Is given how many nanoseconds each message took.</param>
    public abstract Task SubscribeAsync(string topic, Action<long> arrived);

    /// <summary>Sends; gives how many messages that were.</summary>
    public abstract Task<int> SendAsync(string topic);

    public abstract ValueTask DisposeAsync();
}
