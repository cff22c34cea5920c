using System.Runtime.InteropServices;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>What Linux offers and .NET does not.</summary>
static partial class Native
{
    const string Libc = "libc";

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }

    [LibraryImport(Libc, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Libc, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, ref byte interest);

    [LibraryImport(Libc, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, ref byte events, int count, int milliseconds);

    /// <summary>With a time in nanoseconds; not in every C library.</summary>
    [LibraryImport(Libc, EntryPoint = "epoll_pwait2", SetLastError = true)]
    public static partial int EpollWait(int epoll, ref byte events, int count, in TimeSpec timeout, nint signals);

    [LibraryImport(Libc, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, ref byte address, int length);

    [LibraryImport(Libc, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(int descriptor, ref byte address, ref int length);

    [LibraryImport(Libc, EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport(Libc, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, ref byte buffer, nint length, int flags);

    [LibraryImport(Libc, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, ref byte buffer, nint length, int flags);

    [LibraryImport(Libc, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(Libc, EntryPoint = "clock_getcpuclockid")]
    public static partial int CpuClockOf(int process, out int clock);

    [LibraryImport(Libc, EntryPoint = "clock_gettime")]
    public static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport(Libc, EntryPoint = "prctl")]
    public static partial int SetOfThread(int what, nuint value);
}
