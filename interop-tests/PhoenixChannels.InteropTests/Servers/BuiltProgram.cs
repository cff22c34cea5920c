using System.Reflection;

namespace PhoenixChannels.InteropTests.Servers;

/// <summary>The programs that were built along with the tests: the assembly knows where they are.</summary>
internal static class BuiltProgram
{
    /// <summary>The program and its argument that start what the project of that name has built.</summary>
    public static IReadOnlyList<string> Command(string project) =>
    [
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        typeof(BuiltProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == project).Value!,
    ];
}
