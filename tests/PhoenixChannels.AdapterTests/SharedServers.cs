using PhoenixChannels.AdapterTests.Redis;
using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests;

/// <summary>Servers for all tests that do no harm to them; each is started when the first test asks for it.</summary>
[SetUpFixture]
internal sealed class SharedServers
{
    static readonly Lazy<Task<PostgresServer>> s_postgres = new(() => PostgresServer.StartAsync());
    static readonly Lazy<Task<RedisServer>> s_garnet = new(() => RedisServer.StartAsync(RedisKind.Garnet));
    static readonly Lazy<Task<RedisServer>> s_redis = new(() => RedisServer.StartAsync(RedisKind.RedisServer));
    static readonly Lazy<Task<RedisCluster>> s_cluster = new(RedisCluster.StartAsync);

    /// <summary>Tests keep apart by a database of their own.</summary>
    public static Task<PostgresServer> PostgresAsync() => s_postgres.Value;

    /// <summary>Tests keep apart by a namespace of their own.</summary>
    /// <returns>The configuration of a connection.</returns>
    public static async Task<string> RedisConfigurationAsync(RedisKind kind) =>
        kind == RedisKind.RedisCluster ? (await s_cluster.Value).Configuration : (await RedisAsync(kind)).ConnectionString;

    /// <summary>One server.</summary>
    public static Task<RedisServer> RedisAsync(RedisKind kind) => kind == RedisKind.Garnet ? s_garnet.Value : s_redis.Value;

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_postgres.IsValueCreated) await (await s_postgres.Value).DisposeAsync();

        if (s_cluster.IsValueCreated) await (await s_cluster.Value).DisposeAsync();

        foreach (var redis in new[] { s_garnet, s_redis })
        {
            if (redis.IsValueCreated) await (await redis.Value).DisposeAsync();
        }
    }
}
