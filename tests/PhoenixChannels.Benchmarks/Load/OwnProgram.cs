using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>This program again, in another mode and on the same runtime, whoever has started this process.</summary>
static class OwnProgram
{
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return new ProcessStartInfo(File.Exists(host) ? host : "dotnet", [typeof(OwnProgram).Assembly.Location, .. arguments]);
    }
}
