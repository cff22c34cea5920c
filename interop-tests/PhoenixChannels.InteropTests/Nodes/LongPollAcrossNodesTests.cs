using System.Net;
using PhoenixChannels.Tests.Server.Proxies;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>The unchanged phoenix.js works by long poll when its requests come to two processes in turn.</summary>
[TestFixture(Engines.Postgres)]
[TestFixture(Engines.Redis)]
[Parallelizable(ParallelScope.Self)]
internal sealed class LongPollAcrossNodesTests(string adapter)
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory();
    Node _a = null!, _b = null!; // set by Start, before any test
    ReverseProxy _proxy = null!; // likewise

    [OneTimeSetUp]
    public async Task Start()
    {
        var engine = await Engines.SharedAsync(adapter);
        var nodes = await Task.WhenAll(Node.StartAsync(engine, "poll-a", keys: _keys.FullName), Node.StartAsync(engine, "poll-b", keys: _keys.FullName));
        (_a, _b) = (nodes[0], nodes[1]);
        _proxy = await ReverseProxy.StartAsync(HttpVersion.Version11, removesPrefix: true, _a.Server.EndPoint, _b.Server.EndPoint);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _proxy.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    [TestCase("long-poll.test.mjs")]
    [TestCase("lines-together.test.mjs")]
    public Task Passes_under_node_through_a_proxy_that_alternates(string file) => NodeSuite.AssertPassesAsync(
        Path.Combine(Repository.PhoenixJsTests, file),
        new Dictionary<string, string?> { ["FIXTURE_URL"] = $"http://{_proxy.EndPoint}/app" },
        s_timeLimit,
        () => _a.Server.Output + _b.Server.Output);
}
