using System.Runtime.InteropServices;
using PhoenixChannels.InteropTests;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.AotSmoke.Tests;

/// <summary>The smoke application as <c>dotnet publish</c> makes it, in folders of its own: nothing of it touches what the build has made.</summary>
internal static class Publication
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(10);

    /// <summary>Publishes, without a warning, and returns the program.</summary>
    public static async Task<string> MakeAsync(string publishAs)
    {
        var output = Path.Combine(Artifacts, publishAs);
        await using var dotnet = ChildProcess.Start(
            [
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "publish", Path.Combine(Repository.Root, "tests", "PhoenixChannels.AotSmoke"),
                "-c", "Release", "-r", RuntimeIdentifier, $"-p:PublishAs={publishAs}", "--artifacts-path", Artifacts, "-o", output,
            ],
            new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" });
        var code = await dotnet.WaitForExitAsync(s_timeLimit);
        Assert.That((code, Warnings: dotnet.Output.Contains("warning ", StringComparison.Ordinal)), Is.EqualTo((0, false)), dotnet.Output);
        return Path.Combine(output, "PhoenixChannels.AotSmoke");
    }

    /// <summary>What the native linker lacks here, and how to get it; null when it lacks nothing. zlib and the rest come with the compiler's package.</summary>
    public static string? MissingForNative() =>
        IsOnPath("clang") || IsOnPath("gcc") ? null : "NativeAOT links with clang or gcc, and neither is on the PATH: run tests/PhoenixChannels.AotSmoke/install-linker.sh (apt-get install clang zlib1g-dev).";

    static string Artifacts => Path.Combine(Repository.TestOutput, "aot-smoke");

    static string RuntimeIdentifier => $"{(OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
