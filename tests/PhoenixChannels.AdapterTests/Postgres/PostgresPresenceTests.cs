using PhoenixChannels.AdapterTests.Presences;
using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Postgres;

public sealed class PostgresPresenceTests : PresenceContract
{
    readonly List<PostgresNode> _nodes = [];
    PostgresServer _server = null!;
    string _database = null!;

    protected override int Port => _server.Port;

    [SetUp]
    public async Task CreateDatabase()
    {
        _server = await SharedServers.PostgresAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    protected override async Task<PubSub> StartNodeAsync(string name, int port)
    {
        _nodes.Add(await PostgresNode.StartAsync(name, Sql.AtPort(_database, port)));
        return _nodes[^1].PubSub;
    }

    protected override async Task StopNodesAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _nodes.Clear();
    }
}
