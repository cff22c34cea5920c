using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>What connects nodes: real servers, by the names of their adapters.</summary>
[SetUpFixture]
internal sealed class Engines
{
    static readonly Dictionary<string, Lazy<Task<IEngineServer>>> s_shared = new()
    {
        [Postgres] = new(() => StartAsync(Postgres)),
        [Redis] = new(() => StartAsync(Redis)),
    };

    public const string Postgres = "postgres";
    public const string Redis = "redis";

    /// <summary>For tests that do no harm to it, and keep apart by their topics and the names of their nodes.</summary>
    public static Task<IEngineServer> SharedAsync(string adapter) => s_shared[adapter].Value;

    public static async Task<IEngineServer> StartAsync(string adapter) => adapter == Postgres ? await PostgresServer.StartAsync() : await RedisServer.StartAsync(RedisServer.Kinds[^1]);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var engine in s_shared.Values.Where(engine => engine.IsValueCreated)) await (await engine.Value).DisposeAsync();
    }
}
