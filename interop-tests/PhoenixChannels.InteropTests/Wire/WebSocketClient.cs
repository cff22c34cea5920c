using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>A WebSocket client that shows every frame as it came and sends whatever it is told to, legal or not.</summary>
internal sealed class WebSocketClient : IAsyncDisposable
{
    static readonly TimeSpan s_timeForTheServersEnd = TimeSpan.FromMilliseconds(800);
    static readonly TimeSpan s_timeForTheEndAfterClose = TimeSpan.FromMilliseconds(1500);

    readonly Connection _connection;
    readonly CancellationTokenSource _reading = new();
    readonly MessageAssembler _messages;
    Task _reader = Task.CompletedTask;
    volatile bool _closeSent;
    volatile bool _closeReceived;
    volatile bool _dropped;

    WebSocketClient(Connection connection)
    {
        _connection = connection;
        _messages = new MessageAssembler(Inbox);
    }

    public Inbox Inbox { get; } = new();

    /// <summary>Connects. The response may well be a refusal; nothing comes from such a client.</summary>
    public static async Task<(WebSocketClient Client, HttpResponse Response)> ConnectAsync(IPEndPoint server, Handshake handshake)
    {
        using var limit = new CancellationTokenSource(HttpExchange.TimeLimit, TimeProvider.System);
        try
        {
            var client = new WebSocketClient(await Connection.OpenAsync(server, limit.Token));
            try
            {
                return (client, await client.ShakeHandsAsync(server, handshake, limit.Token));
            }
            catch
            {
                await client.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            throw new WireException($"{handshake.Method} {handshake.Path}: {e.Message}", e);
        }
    }

    /// <summary>All frames leave in one write, so that the server gets them together.</summary>
    public void Send(params IEnumerable<Frame> frames)
    {
        using var bytes = new MemoryStream();
        foreach (var frame in frames) frame.WriteTo(bytes);

        SendRaw(bytes.ToArray());
    }

    public void SendRaw(ReadOnlyMemory<byte> bytes) => _connection.Send(bytes);

    public void Close(int? code, string reason = "")
    {
        _closeSent = true;
        Send(Frame.Close(code, reason));
    }

    /// <summary>Goes without a Close frame: with FIN, or with RST.</summary>
    public void Drop(bool reset)
    {
        _dropped = true;
        if (reset) _connection.Reset();
        else _connection.Finish();
    }

    /// <summary>Closes in good order where that has not happened yet, then ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_closeSent && !_dropped && !_reader.IsCompleted) Close(1000);

        _reading.CancelAfter(s_timeForTheServersEnd);
        await _reader;
        await _connection.DisposeAsync();
        _reading.Dispose();
    }

    async Task<HttpResponse> ShakeHandsAsync(IPEndPoint server, Handshake handshake, CancellationToken cancellation)
    {
        SendRaw(handshake.Request.ToBytes(server));
        var response = await HttpResponseReader.ReadAsync(_connection.Input, handshake.Method, cancellation);
        if (response.Status == 101) _reader = ReadAllAsync();
        else
        {
            Inbox.End();
            _connection.Finish();
        }

        return handshake.Check(response);
    }

    async Task ReadAllAsync()
    {
        try
        {
            while (await FrameReader.ReadAsync(_connection.Input, _reading.Token) is { } frame) Receive(frame);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // An end like any other: it shows whether a Close frame had come.
        }

        if (!_closeReceived && !_dropped) Inbox.Add(ArrivalKind.Lost, default);

        Inbox.End();
        _connection.Finish();
    }

    void Receive(Frame frame)
    {
        if (frame.Masked) Inbox.AddProtocolError("the server masked a frame");

        if (frame.Reserved != 0) Inbox.AddProtocolError($"the server set RSV bits {frame.Reserved}");

        if (frame.IsControl && (!frame.Final || frame.Payload.Length > 125)) Inbox.AddProtocolError("bad control frame from the server");

        switch (frame.Opcode)
        {
            case Opcode.Ping:
                Inbox.Add(ArrivalKind.Ping, frame.Payload);
                Send(new Frame(Opcode.Pong, frame.Payload));
                break;
            case Opcode.Pong:
                Inbox.Add(ArrivalKind.Pong, frame.Payload);
                break;
            case Opcode.Close:
                ReceiveClose(frame);
                break;
            default:
                _messages.Add(frame);
                break;
        }
    }

    void ReceiveClose(Frame frame)
    {
        _closeReceived = true;
        Inbox.Add(ArrivalKind.Closed, frame.Payload);
        if (!_closeSent)
        {
            _closeSent = true;
            Send(new Frame(Opcode.Close, frame.Payload[..Math.Min(2, frame.Payload.Length)]));
        }

        _reading.CancelAfter(s_timeForTheEndAfterClose);
    }
}
