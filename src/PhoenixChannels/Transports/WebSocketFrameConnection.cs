using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>
/// The host's own WebSocket, where there is no HTTP/1.1 upgrade to take over: HTTP/2, TestServer. It shows no pings, and a message's
/// length only as it comes (docs/deviations.md).
/// </summary>
internal sealed class WebSocketFrameConnection : IFrameConnection
{
    const int SmallestBuffer = 4096;

    readonly WebSocket _socket;
    readonly WebSocketTransportOptions _options;
    readonly Action _abort;
    readonly CancellationTokenSource _reading = new();

    public WebSocketFrameConnection(WebSocket socket, WebSocketTransportOptions options, Action abort)
    {
        _socket = socket;
        _options = options;
        _abort = abort;
        Outbox = new WritingOutbox(this, options.MaxOutboxBytes);
    }

    public Outbox Outbox { get; }

    public TimeSpan IdleTimeout => _options.IdleTimeout;

    public bool CanCarry(EncodedFrame frame) => true;

    /// <summary>Receives until the connection ends.</summary>
    public async Task RunAsync(SocketConnection connection)
    {
        try
        {
            while (await ReceiveAsync(connection).ConfigureAwait(false))
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or has broken the protocol.
        }
        finally
        {
            await connection.TransportEndedAsync().ConfigureAwait(false);
            _socket.Dispose();
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames)
    {
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = frames.Span[i];
            if (frame.Opcode == FrameOpcode.Pong) continue;
            if (frame.Opcode == FrameOpcode.Close)
            {
                var body = frame.Message;
                await _socket.CloseOutputAsync((WebSocketCloseStatus)(body.Span[0] << 8 | body.Span[1]), Encoding.ASCII.GetString(body.Span[2..]), CancellationToken.None).ConfigureAwait(false);
                return;
            }

            await _socket.SendAsync(frame.Message, frame.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void StopReading() => _reading.Cancel();

    public void Abort() => _abort();

    /// <summary>Receives one message. False when the client has closed.</summary>
    async Task<bool> ReceiveAsync(SocketConnection connection)
    {
        // No buffer while nothing comes.
        var first = await _socket.ReceiveAsync(Memory<byte>.Empty, _reading.Token).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        try
        {
            var length = 0;
            while (true)
            {
                if (first.MessageType == WebSocketMessageType.Close)
                {
                    connection.Close(CloseCode.Normal);
                    return false;
                }

                if (first.EndOfMessage && length == 0)
                {
                    // An empty message, of which the wait for it was all there was to receive.
                    Deliver(connection, [], first.MessageType == WebSocketMessageType.Binary);
                    return true;
                }

                if (length == buffer.Length) buffer = Grow(buffer);
                var part = await _socket.ReceiveAsync(buffer.AsMemory(length), _reading.Token).ConfigureAwait(false);
                length += part.Count;
                connection.Touch(isInsideMessage: !part.EndOfMessage);
                if (length > _options.MaxMessageSize) connection.Close(CloseCode.MessageTooBig);
                if (connection.IsClosed) length = 0;
                if (part.EndOfMessage && part.MessageType != WebSocketMessageType.Close)
                {
                    Deliver(connection, buffer.AsSpan(0, length).ToArray(), part.MessageType == WebSocketMessageType.Binary);
                    return true;
                }

                first = part;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void Deliver(SocketConnection connection, byte[] message, bool binary)
    {
        int code;
        try
        {
            code = connection.Receive(message, binary);
        }
        finally
        {
            SocketConnection.EndBatch();
        }

        if (code != 0) connection.Close(code);
    }

    static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
