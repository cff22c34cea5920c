using System.Runtime.InteropServices;

namespace PhoenixChannels.InteropTests.Servers;

internal static class UnixSignal
{
    const int SignalTerminate = 15;

    public static void Terminate(int processId) => _ = Kill(processId, SignalTerminate);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int processId, int signal);
}
