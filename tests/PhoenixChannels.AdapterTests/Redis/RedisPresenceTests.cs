using PhoenixChannels.AdapterTests.Presences;
using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests.Redis;

[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisPresenceTests(RedisKind kind) : PresenceContract
{
    RedisServer _server = null!; // set by Connect, before any test
    RedisNodes _nodes = null!; // likewise

    protected override int Port => _server.Port;

    [SetUp]
    public async Task Connect()
    {
        _server = await SharedServers.RedisAsync(kind);
        _nodes = new() { Options = options => options.NameLease = TimeSpan.FromSeconds(3) };
    }

    protected override async Task<PubSub> StartNodeAsync(string name, int port) => (await _nodes.StartAsync(name, $"127.0.0.1:{port}")).PubSub;

    protected override Task StopNodesAsync() => _nodes.DisposeAsync().AsTask();
}
