using System.Text.Json;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.PhoenixJs;

/// <summary>The unchanged phoenix.js of every line works with the server: one test a file of the Node suite.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PhoenixJsTests
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    private FixtureServer _server = null!;   // set by StartServer, before any test

    private static IEnumerable<TestCaseData> Files => NodeSuite.Files(Repository.PhoenixJsTests, "phoenix_js");

    [OneTimeSetUp]
    public async Task StartServer() => _server = await FixtureServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCaseSource(nameof(Files))]
    public async Task Passes_under_node(string file)
    {
        var environment = new Dictionary<string, string?>
        {
            ["FIXTURE_URL"] = $"http://{_server.EndPoint}",
            ["FIXTURE_COMMAND"] = JsonSerializer.Serialize(FixtureServer.Command),
        };
        await NodeSuite.AssertPassesAsync(file, environment, s_timeLimit, () => _server.Output);
    }
}
