using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.Tests.Server.SteadyState;

/// <summary>A client that allocates nothing once it is connected, and so is unseen where the allocations of the whole process are counted.</summary>
internal sealed class RawClient : IDisposable
{
    readonly System.Net.Sockets.Socket _socket;
    readonly byte[] _received = new byte[4096];

    RawClient(System.Net.Sockets.Socket socket) => _socket = socket;

    public static RawClient Connect(IPEndPoint server)
    {
        var client = new RawClient(new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)TestClient.Patience.TotalMilliseconds });
        client._socket.Connect(server);
        client.Send("GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8);
        var length = 0;
        do length += client._socket.Receive(client._received, length, client._received.Length - length, SocketFlags.None);
        while (!client._received.AsSpan(0, length).EndsWith("\r\n\r\n"u8));
        return client;
    }

    /// <summary>A frame as a client sends it, masked with zeros.</summary>
    public static byte[] Frame(string message)
    {
        var text = message.Utf8();
        byte[] header = text.Length < 126 ? [0x81, (byte)(0x80 | text.Length)] : [0x81, 0x80 | 126, (byte)(text.Length >> 8), (byte)text.Length];
        return [.. header, 0, 0, 0, 0, .. text];
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Takes so many frames, each shorter than 64 KB, and no more.</summary>
    public void Take(int frames)
    {
        for (; frames > 0; frames--)
        {
            Fill(2);
            var length = (int)_received[1];
            if (length == 126)
            {
                Fill(2);
                length = BinaryPrimitives.ReadUInt16BigEndian(_received);
            }

            Fill(length);
        }
    }

    public void Dispose() => _socket.Dispose();

    void Fill(int count)
    {
        for (var length = 0; length < count;)
        {
            var received = _socket.Receive(_received, length, count - length, SocketFlags.None);
            if (received == 0) throw new AssertionException("The server has closed the connection.");
            length += received;
        }
    }
}
