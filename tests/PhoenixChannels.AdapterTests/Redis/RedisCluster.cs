using System.Globalization;
using PhoenixChannels.AdapterTests.Servers;
using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>Three Redis servers that share the keys and pass on to each other what is published.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    const int Slots = 16384;

    readonly List<RedisServer> _servers = [];
    readonly string _folder = Directory.CreateTempSubdirectory("redis-cluster-").FullName;

    RedisCluster()
    {
    }

    public string Configuration => string.Join(',', _servers.Select(server => server.ConnectionString));

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        int[] buses = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        foreach (var bus in buses)
            cluster._servers.Add(await RedisServer.StartAsync(RedisKind.RedisServer, "--cluster-enabled", "yes", "--cluster-port", $"{bus}", "--cluster-config-file", Path.Combine(cluster._folder, $"{bus}.conf")));

        await using var redis = await cluster.ConnectAsync();
        var servers = cluster.Servers(redis);
        for (var n = 0; n < servers.Length; n++)
        {
            await AskAsync(servers[n], "ADDSLOTSRANGE", Slots * n / servers.Length, (Slots * (n + 1) / servers.Length) - 1);
            if (n > 0) await AskAsync(servers[0], "MEET", "127.0.0.1", cluster._servers[n].Port, buses[n]);
        }

        foreach (var server in servers)
            await Eventually.IsTrueAsync(async () => (await AskAsync(server, "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal), () => $"the cluster of {cluster.Configuration}");
        return cluster;
    }

    /// <summary>The server that a key or a channel belongs to.</summary>
    public async Task<RedisServer> ServerOfAsync(string name)
    {
        await using var redis = await ConnectAsync();
        return _servers[((redis.HashSlot(name) * _servers.Count) + _servers.Count - 1) / Slots];
    }

    /// <summary>How many messages were published at each server.</summary>
    public async Task<int[]> CountPublishedAsync()
    {
        await using var redis = await ConnectAsync();
        return await Task.WhenAll(Servers(redis).Select(async server =>
        {
            var statistics = (await server.InfoAsync("commandstats")).SelectMany(section => section).ToDictionary().GetValueOrDefault("cmdstat_publish");
            return statistics is null ? 0 : int.Parse(statistics["calls=".Length..statistics.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task<ConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync($"{Configuration},allowAdmin=true");

    IServer[] Servers(ConnectionMultiplexer redis) => [.. _servers.Select(server => redis.GetServer("127.0.0.1", server.Port))];

    static async Task<string> AskAsync(IServer server, params object[] question) => $"{await server.ExecuteAsync("CLUSTER", question)}";
}
