using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>Starts processes on a core of their own: a child inherits the affinity of the thread that starts it, and .NET sizes its pools by that.</summary>
static partial class Pinning
{
    const int MaskBytes = 128;

    public static bool IsPossible => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Starts a process, on a core if one is given, and if the system can.</summary>
    public static Process Start(ProcessStartInfo start, int? core)
    {
        if (core is not { } number || !IsPossible) return Process.Start(start)!;
        if (number >= MaskBytes * 8) throw new InvalidOperationException($"There is no core {number}.");
        if (OperatingSystem.IsWindows())
        {
            using var self = Process.GetCurrentProcess();
            var affinity = self.ProcessorAffinity;
            self.ProcessorAffinity = 1 << number;
            try { return Process.Start(start)!; }
            finally { self.ProcessorAffinity = affinity; }
        }

        Span<byte> before = stackalloc byte[MaskBytes], pinned = stackalloc byte[MaskBytes];
        pinned[number / 8] = (byte)(1 << number % 8);
        _ = GetAffinity(0, MaskBytes, ref before[0]);
        if (SetAffinity(0, MaskBytes, ref pinned[0]) != 0) throw new InvalidOperationException($"This process may not run on core {number}. See --server-core and --generator-core.");
        try { return Process.Start(start)!; }
        finally { _ = SetAffinity(0, MaskBytes, ref before[0]); }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, ref byte mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, ref byte mask);
}
