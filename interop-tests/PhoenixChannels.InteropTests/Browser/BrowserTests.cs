using System.Runtime.InteropServices;
using System.Text.Json;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Browser;

/// <summary>The examples work in a real Chromium: one test a file of the Node suite.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class BrowserTests
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(180);

    static IEnumerable<TestCaseData> Files => NodeSuite.Files(Repository.BrowserTests, "browser");

    [TestCaseSource(nameof(Files))]
    public async Task Passes_in_Chromium(string file)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Ignore($"The Chromium that comes from npm runs on Linux with an x64 processor; this is {RuntimeInformation.RuntimeIdentifier}.");

        var screenshots = EmptyFolder(Path.Combine(Repository.TestOutput, "browser", NodeSuite.Name(file)));
        var environment = new Dictionary<string, string?>
        {
            ["CHAT_COMMAND"] = Command("Chat"),
            ["CLUSTER_COMMAND"] = Command("Cluster"),
            ["SCREENSHOTS"] = screenshots,
        };
        try
        {
            await NodeSuite.AssertPassesAsync(file, environment, s_timeLimit);
        }
        finally
        {
            foreach (var screenshot in Directory.EnumerateFiles(screenshots).Order(StringComparer.Ordinal))
                TestContext.AddTestAttachment(screenshot, Path.GetFileNameWithoutExtension(screenshot));
        }
    }

    static string Command(string example) => JsonSerializer.Serialize<string[]>([.. BuiltProgram.Command(example), "--contentRoot", Path.Combine(Repository.Examples, example)]);

    static string EmptyFolder(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);

        return Directory.CreateDirectory(path).FullName;
    }
}
