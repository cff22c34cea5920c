using System.Text.Json;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Tokens;

namespace PhoenixChannels.InteropTests.PhoenixJs;

/// <summary>The unchanged phoenix.js of every line works with the server: one test a file of the Node suite.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PhoenixJsTests
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    FixtureServer _server = null!;   // set by StartServers, before any test
    TokenServer _tokens = null!;      // likewise

    static IEnumerable<TestCaseData> Files => NodeSuite.Files(Repository.PhoenixJsTests, "phoenix_js");

    [OneTimeSetUp]
    public async Task StartServers()
    {
        _server = await FixtureServer.StartAsync();
        _tokens = await TokenServer.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        await _server.DisposeAsync();
        await _tokens.DisposeAsync();
    }

    [TestCaseSource(nameof(Files))]
    public async Task Passes_under_node(string file)
    {
        var environment = new Dictionary<string, string?>(_tokens.Environment)
        {
            ["FIXTURE_URL"] = $"http://{_server.EndPoint}",
            ["FIXTURE_COMMAND"] = JsonSerializer.Serialize(FixtureServer.Command),
        };
        await NodeSuite.AssertPassesAsync(file, environment, s_timeLimit, () => _server.Output);
    }
}
