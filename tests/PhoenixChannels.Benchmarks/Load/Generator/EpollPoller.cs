using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Linux's epoll, edge-triggered: one call per connection, and one read per arrival, where .NET's own engine reads once more in vain.</summary>
sealed class EpollPoller : IPoller
{
    const int CloseOnExec = 0x80000, Addition = 1, Readable = 1, Writable = 4, Error = 8, HungUp = 16, WriterGone = 0x2000, EdgeTriggered = 1 << 31, InProgress = 115, MaxEvents = 512;

    // struct epoll_event is packed on x64 alone.
    static readonly int s_size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    static readonly int s_data = s_size - sizeof(long);

    readonly int _epoll = Checked(Native.EpollCreate(CloseOnExec));
    readonly byte[] _events = new byte[16 * MaxEvents];
    readonly int[] _ready = new int[MaxEvents];
    bool _waitsInMilliseconds;

    public void Add(int id, TcpSocket socket, EndPoint server)
    {
        socket.Blocking = false;
        var descriptor = (int)socket.Handle;
        Span<byte> interest = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(interest, Readable | Writable | WriterGone | EdgeTriggered);
        BinaryPrimitives.WriteInt64LittleEndian(interest[s_data..], id);
        Checked(Native.EpollControl(_epoll, Addition, descriptor, ref interest[0]));
        var address = server.Serialize();
        if (Native.Connect(descriptor, ref address.Buffer.Span[0], address.Size) < 0 && Marshal.GetLastPInvokeError() is var error and not InProgress) throw new Win32Exception(error);
    }

    public ReadOnlySpan<int> Wait(long nanoseconds)
    {
        var count = Events(nanoseconds);
        for (var i = 0; i < count; i++)
        {
            var entry = _events.AsSpan(i * s_size);
            var id = MemoryMarshal.Read<int>(entry[s_data..]);
            _ready[i] = (MemoryMarshal.Read<int>(entry) & (Error | HungUp | WriterGone)) == 0 ? id : ~id;
        }

        return _ready.AsSpan(0, Math.Max(0, count));
    }

    public void Watch(int id)
    {
        // It is watched already.
    }

    public bool IsConnected(int id, TcpSocket socket) => socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is 0;

    public void Dispose() => _ = Native.Close(_epoll);

    int Events(long nanoseconds)
    {
        if (!_waitsInMilliseconds)
        {
            try
            {
                return Native.EpollWait(_epoll, ref _events[0], MaxEvents, new Native.TimeSpec { Seconds = nanoseconds / Clock.Second, Nanoseconds = nanoseconds % Clock.Second }, 0);
            }
            catch (EntryPointNotFoundException)
            {
                _waitsInMilliseconds = true;
            }
        }

        // Rounded down: rather a turn too many than a message too late.
        return Native.EpollWait(_epoll, ref _events[0], MaxEvents, (int)(nanoseconds / Clock.Millisecond));
    }

    static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
