using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.PackageTests;

/// <summary>The <c>dotnet</c> command as a build server's shell would run it: without what <c>dotnet test</c> has put into the environment for itself.</summary>
internal static class DotNet
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(5);
    static readonly string[] s_notInherited = ["MSBUILD", "TESTINGPLATFORM", "DOTNET_CLI_CONTEXT", "NUGET_PACKAGES", "ASPNETCORE", "NUNIT"];

    static Dictionary<string, string?> Environment { get; } = MakeEnvironment();

    /// <summary>Runs the command to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed or took too long; the text has what it wrote.</exception>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        await using var process = Start(folder, arguments);
        var exitCode = await process.WaitForExitAsync(s_timeLimit);
        return exitCode == 0 ? process.Output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}: {(exitCode is null ? $"not done within {s_timeLimit}" : $"ended with {exitCode}")}\n{process.Output}");
    }

    public static ChildProcess Start(string folder, params string[] arguments) =>
        ChildProcess.Start([System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", .. arguments], Environment, folder);

    static Dictionary<string, string?> MakeEnvironment()
    {
        var changes = new Dictionary<string, string?>();
        foreach (string name in System.Environment.GetEnvironmentVariables().Keys)
        {
            if (s_notInherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))) changes[name] = null;
        }

        changes["MSBUILDDISABLENODEREUSE"] = "1"; // no build node outlives the tests
        changes["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        changes["DOTNET_CLI_UI_LANGUAGE"] = "en";
        changes["DOTNET_NOLOGO"] = "1";
        changes["CI"] = "true";
        return changes;
    }
}
