using System.Net;
using System.Net.Sockets;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>
/// A TCP connection. What is sent goes out in order, one write to the socket for each call, and nobody waits for it:
/// the server may well have stopped reading.
/// </summary>
internal sealed class Connection : IAsyncDisposable
{
    readonly TcpSocket _socket;
    readonly NetworkStream _stream;
    readonly System.Threading.Channels.Channel<ReadOnlyMemory<byte>> _outgoing = System.Threading.Channels.Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    readonly Task _sending;

    Connection(TcpSocket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        Input = new BufferedStream(_stream, 65536);
        _sending = SendAllAsync();
    }

    public Stream Input { get; }

    public static async Task<Connection> OpenAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var socket = new TcpSocket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlyMemory<byte> bytes) => _outgoing.Writer.TryWrite(bytes);

    /// <summary>Sends what is still to be sent, then FIN.</summary>
    public void Finish() => _outgoing.Writer.TryComplete();

    /// <summary>Sends RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Finish();
        _socket.Dispose();
        await _sending;
        await Input.DisposeAsync();
    }

    async Task SendAllAsync()
    {
        try
        {
            await foreach (var bytes in _outgoing.Reader.ReadAllAsync())
            {
                await _stream.WriteAsync(bytes);
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The connection is gone. Whoever reads from it finds out.
        }
    }
}
