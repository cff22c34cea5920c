using System.ComponentModel;
using System.Text.Json;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.PhoenixJs;

/// <summary>The unchanged phoenix.js works with the server: one test a file of the Node suite.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PhoenixJsTests
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    private FixtureServer _server = null!;

    private static IEnumerable<TestCaseData> Files =>
        from file in Directory.EnumerateFiles(Repository.PhoenixJsTests, "*.test.mjs").Order(StringComparer.Ordinal)
        select new TestCaseData(file).SetName("phoenix_js_" + Path.GetFileName(file).Replace(".test.mjs", "", StringComparison.Ordinal).Replace('-', '_'));

    [OneTimeSetUp]
    public async Task StartServer() => _server = await FixtureServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCaseSource(nameof(Files))]
    public async Task Passes_under_node(string file)
    {
        await using var node = StartNode(file);
        var exitCode = await node.WaitForExitAsync(s_timeLimit);
        Assert.That(exitCode, Is.Zero, () => string.Join(
            Environment.NewLine,
            exitCode is null ? $"not done within {s_timeLimit}" : $"node ended with {exitCode}",
            node.Output,
            "The server wrote:",
            _server.Output));
    }

    private ChildProcess StartNode(string file)
    {
        var environment = new Dictionary<string, string?>
        {
            ["NODE_TEST_CONTEXT"] = null,
            ["FIXTURE_URL"] = $"http://{_server.EndPoint}",
            ["FIXTURE_COMMAND"] = JsonSerializer.Serialize(FixtureServer.Command),
        };
        try
        {
            return ChildProcess.Start(["node", "--test", "--test-force-exit", "--test-reporter=spec", file], environment);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("node is not on the PATH. The phoenix.js tests need Node.js 20 or newer.", e);
        }
    }
}
