using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhoenixChannels.Postgres;

namespace PhoenixChannels.AdapterTests.Postgres;

/// <summary>A node with a data source of its own, which a test can cut off.</summary>
internal sealed class PostgresNode : IAsyncDisposable
{
    readonly PostgresPubSubAdapter _adapter;

    public PostgresNode(string name, string connectionString, Action<PostgresPubSubOptions>? configure = null, Action<PubSubOptions>? configurePubSub = null)
    {
        var options = new PostgresPubSubOptions { NodeName = name, NameTimeout = TimeSpan.FromSeconds(5), PublishTimeout = TimeSpan.FromSeconds(5) };
        configure?.Invoke(options);
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = name, Timeout = 5, MaxPoolSize = 8 };
        _adapter = new(NpgsqlDataSource.Create(settings), true, options, TimeProvider.System, NullLogger<PostgresPubSubAdapter>.Instance);
        Node = new(_adapter, o =>
        {
            o.BeaconPeriod = TimeSpan.FromMilliseconds(200);
            configurePubSub?.Invoke(o);
        });
    }

    public PubSubNode Node { get; }

    public PubSub PubSub => Node.PubSub;

    public static async Task<PostgresNode> StartAsync(string name, string connectionString, Action<PostgresPubSubOptions>? configure = null, Action<PubSubOptions>? configurePubSub = null)
    {
        var node = new PostgresNode(name, connectionString, configure, configurePubSub);
        await node.Node.StartAsync();
        return node;
    }

    public Task IsConnectedAsync(bool isConnected = true) =>
        Eventually.IsTrueAsync(() => PubSub.Status.IsConnected == isConnected, $"{PubSub.NodeName} is {(isConnected ? "" : "not ")}connected");

    public Task HasMissedAsync(long count) => Node.Metrics.ReachesAsync("phoenixchannels.pubsub.missed", count, null);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _adapter.DisposeAsync();
    }
}
