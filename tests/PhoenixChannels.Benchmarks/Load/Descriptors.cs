using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>How many connections a process can have; .NET raises its own limit to what it may be.</summary>
static partial class Descriptors
{
    /// <summary>What a process needs besides its connections, and those of a warm-up that have not ended yet.</summary>
    const int Others = 500;

    static int Limit => OperatingSystem.IsLinux() ? 7 : 8;

    public static int MaxConnections
    {
        get
        {
            Span<ulong> limits = stackalloc ulong[2];
            return OperatingSystem.IsWindows() || GetLimit(Limit, ref limits[0]) != 0 ? int.MaxValue : (int)Math.Min(int.MaxValue, limits[1]) - Others;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ref ulong limits);
}
