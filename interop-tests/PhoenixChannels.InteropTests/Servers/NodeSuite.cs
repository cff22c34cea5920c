using System.ComponentModel;

namespace PhoenixChannels.InteropTests.Servers;

/// <summary>A folder of tests that run under Node: one NUnit test a file.</summary>
internal static class NodeSuite
{
    const string Extension = ".test.mjs";

    public static IEnumerable<TestCaseData> Files(string folder, string prefix) =>
        from file in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)
        select new TestCaseData(file).SetName($"{prefix}_{Name(file).Replace('-', '_').Replace('.', '_')}");

    public static string Name(string file) => Path.GetFileName(file)[..^Extension.Length];

    /// <summary>Runs the tests in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="environment">What they find in their environment.</param>
    /// <param name="timeLimit">How long all of them may take.</param>
    /// <param name="serverOutput">What the servers wrote that they share, for the text of a failure.</param>
    public static async Task AssertPassesAsync(string file, IReadOnlyDictionary<string, string?> environment, TimeSpan timeLimit, Func<string>? serverOutput = null)
    {
        await using var node = Start(file, environment);
        var exitCode = await node.WaitForExitAsync(timeLimit);
        Assert.That(exitCode, Is.Zero, () => string.Join(
            Environment.NewLine,
            exitCode is null ? $"not done within {timeLimit}" : $"node ended with {exitCode}",
            node.Output,
            serverOutput is null ? "" : $"The server wrote:{Environment.NewLine}{serverOutput()}"));
    }

    static ChildProcess Start(string file, IReadOnlyDictionary<string, string?> environment)
    {
        try
        {
            return ChildProcess.Start(
                ["node", "--test", "--test-force-exit", "--test-reporter=spec", file],
                new Dictionary<string, string?>(environment) { ["NODE_TEST_CONTEXT"] = null });
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("node is not on the PATH. These tests need Node.js 20 or newer.", e);
        }
    }
}
