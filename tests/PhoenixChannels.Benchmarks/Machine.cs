using System.Runtime;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks;

/// <summary>What the figures were taken on.</summary>
static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC";
}
