using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>
/// The server's end of a connection, asked of the kernel: a client that reads nothing sees neither what is queued for it nor the end behind that.
/// The table in /proc says the same, but takes milliseconds to read.
/// </summary>
sealed class ServerEnd : IDisposable
{
    const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, SocketDiagnosis = 4, ByFamily = 20, Request = 1, ErrorMessage = 2, Tcp = 6, Internet = 2, Established = 1;
    const int Head = 16, SourcePort = 24, TargetPort = 26, Source = 28, Target = 44, Cookie = 64, RequestSize = 72;

    readonly byte[] _request = new byte[RequestSize], _answer = new byte[8192];
    readonly int _kernel = Native.OpenSocket(Netlink, Raw | CloseOnExec, SocketDiagnosis);

    ServerEnd(int port, TcpSocket client)
    {
        // A socket that was not connected by its own method does not know its address.
        Span<byte> name = stackalloc byte[16];
        var size = name.Length;
        Check(Native.GetName((int)client.Handle, ref name[0], ref size));

        var request = _request.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(request, RequestSize);
        BinaryPrimitives.WriteInt16LittleEndian(request[4..], ByFamily);
        BinaryPrimitives.WriteInt16LittleEndian(request[6..], Request);
        (request[Head], request[Head + 1]) = (Internet, Tcp);
        request.Slice(Head + 4, 4).Fill(0xff); // in whatever state
        BinaryPrimitives.WriteUInt16BigEndian(request[SourcePort..], (ushort)port);
        name[2..4].CopyTo(request[TargetPort..]);
        IPAddress.Loopback.TryWriteBytes(request[Source..], out _);
        name[4..8].CopyTo(request[Target..]);
        request[Cookie..].Fill(0xff); // any
    }

    /// <summary>Null where the system does not tell.</summary>
    public static ServerEnd? Of(int port, TcpSocket client)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var end = new ServerEnd(port, client);
        if (end._kernel >= 0 && end.IsOpen()) return end;
        end.Dispose();
        return null;
    }

    public bool IsOpen()
    {
        Check(Native.Send(_kernel, ref _request[0], RequestSize, 0));
        var count = Native.Receive(_kernel, ref _answer[0], _answer.Length, 0);
        return count > Head + 1 && BinaryPrimitives.ReadUInt16LittleEndian(_answer.AsSpan(4)) != ErrorMessage && _answer[Head + 1] == Established;
    }

    public void Dispose() => _ = Native.Close(_kernel);

    static void Check(nint result)
    {
        if (result < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
