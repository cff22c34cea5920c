using System.Net.Sockets;

namespace PhoenixChannels.Benchmarks.Load.Generator;

sealed partial class Clients
{
    readonly byte[] _buffer = new byte[1 << 18];

    /// <summary>Reads once; whether there may be more.</summary>
    bool Receive(Connection connection)
    {
        var kept = connection.Received.Length;
        if (kept > _buffer.Length / 2) throw new InvalidDataException($"A frame of over {kept} bytes.");
        connection.Received.Span.CopyTo(_buffer);
        var count = connection.Socket.Receive(_buffer.AsSpan(kept), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return false;
        if (count == 0)
        {
            DropByServer(connection, error == SocketError.Success ? "closed" : error.ToString());
            return false;
        }

        // Whatever a server sends to one that leaves, it is the end.
        if (connection.State == ConnectionState.Leaving) return true;
        if (kept > 0) connection.Received.Clear();
        ReadOnlySpan<byte> data = _buffer.AsSpan(0, kept + count);
        TakeAll(connection, ref data, Clock.Now);
        if (connection.State != ConnectionState.Closed && data.Length > 0) connection.Received.Add(data);
        return kept + count == _buffer.Length;
    }

    void TakeAll(Connection connection, ref ReadOnlySpan<byte> data, long now)
    {
        if (connection.State == ConnectionState.Upgrading && !TakeUpgrade(connection, ref data)) return;
        while (connection.State != ConnectionState.Closed && FrameScanner.TryRead(ref data, out var opcode, out var isLast, out var body))
        {
            switch (opcode)
            {
                case Opcode.Close:
                    DropByServer(connection, $"Close frame {(body.Length < 2 ? 0 : body[0] << 8 | body[1])}");
                    return;
                case Opcode.Ping:
                    _frame.Add(body);
                    Send(connection, Opcode.Pong);
                    break;
                case Opcode.Pong:
                    break;
                default:
                    if (isLast && connection.Parts.Length == 0)
                    {
                        TakeMessages(connection, body, now);
                        break;
                    }

                    connection.Parts.Add(body);
                    if (!isLast) break;
                    var whole = connection.Parts.Span;
                    connection.Parts.Clear();
                    TakeMessages(connection, whole, now);
                    break;
            }
        }
    }

    bool TakeUpgrade(Connection connection, ref ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        if (!data.StartsWith("HTTP/1.1 101"u8))
        {
            Fail(data);
            Drop(connection);
            return false;
        }

        data = data[(end + 4)..];
        if (wire.AddGreeting(_frame))
        {
            connection.State = ConnectionState.Greeting;
            Send(connection, Opcode.Text);
        }
        else SendJoin(connection);

        return true;
    }

    void SendJoin(Connection connection)
    {
        connection.State = ConnectionState.Joining;
        wire.AddJoin(_frame, connection);
        Send(connection, Opcode.Text);
    }

    void TakeMessages(Connection connection, ReadOnlySpan<byte> body, long now)
    {
        while (body.Length > 0 && connection.State != ConnectionState.Closed) TakeMessage(connection, wire.Next(ref body), now);
    }

    void TakeMessage(Connection connection, ReadOnlySpan<byte> message, long now)
    {
        if (connection.State == ConnectionState.Joined)
        {
            if (!wire.IsHeartbeat(message)) OnMessage?.Invoke(connection, message, now);
            return;
        }

        if (wire.IsAccepted(message) is not { } accepted) return;
        if (!accepted)
        {
            Fail(message);
            Drop(connection);
        }
        else if (connection.State == ConnectionState.Greeting) SendJoin(connection);
        else if (connection.State == ConnectionState.Joining)
        {
            connection.State = ConnectionState.Joined;
            Joined++;
            JoinTimes.Record(now - connection.Began);
        }
    }
}
