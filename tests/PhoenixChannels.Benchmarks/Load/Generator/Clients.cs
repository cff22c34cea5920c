using System.Net;
using System.Net.Sockets;
using System.Text;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>All clients, on the one thread that calls <see cref="Run"/>.</summary>
sealed partial class Clients(IPEndPoint server, Wire wire, IPoller poller)
{
    public delegate void MessageHandler(Connection connection, ReadOnlySpan<byte> message, long now);

    /// <summary>How many may be joining at once, where nothing else is said.</summary>
    public const int JoinWindow = 64;

    const int OpensPerTurn = 64;

    readonly FrameBuilder _frame = new();
    readonly List<Connection> _unsent = [];
    readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {wire.Path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        $"Origin: http://{server}\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\n" +
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n\r\n");

    public List<Connection> All { get; } = [];

    public int Open { get; private set; }

    public int Joined { get; private set; }

    public int ClosedByServer { get; set; }

    public int Failures { get; private set; }

    public string? FirstFailure { get; private set; }

    public int Heartbeats { get; private set; }

    public Latency JoinTimes { get; } = new();

    public MessageHandler? OnMessage { get; set; }

    /// <summary>Does what is due, and says when it wants to be called next.</summary>
    public Func<long, long>? OnTick { get; set; }

    public Connection Connect(int topic)
    {
        var socket = new TcpSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new Connection(All.Count, topic, socket, Clock.Now);
        All.Add(connection);
        Open++;
        poller.Add(connection.Id, socket, server);
        return connection;
    }

    public void SendEcho(Connection connection, long number)
    {
        wire.AddEcho(_frame, connection, number);
        Send(connection, Opcode.Text);
    }

    public void SendShout(Connection connection, long number)
    {
        wire.AddShout(_frame, connection, number);
        Send(connection, Opcode.Text);
    }

    public void SendWork(Connection connection, Neighbour neighbour, int milliseconds)
    {
        wire.AddWork(_frame, connection, neighbour, milliseconds);
        Send(connection, Opcode.Text);
    }

    public void SendHeartbeat(Connection connection)
    {
        Heartbeats++;
        wire.AddHeartbeat(_frame, connection);
        Send(connection, Opcode.Text);
    }

    public void Fail(ReadOnlySpan<byte> message)
    {
        Failures++;
        FirstFailure ??= Encoding.UTF8.GetString(message[..Math.Min(message.Length, 200)]);
    }

    public bool IsFailure(ReadOnlySpan<byte> message) => wire.IsFailure(message);

    /// <summary>Runs until a time, or until something is so.</summary>
    public void Run(long until, Func<bool>? isDone = null)
    {
        while (true)
        {
            var now = Clock.Now;
            var next = OnTick is null ? until : Math.Min(until, OnTick(now));
            if (isDone?.Invoke() == true) return;
            now = Clock.Now;
            if (now >= until) return;
            if (_unsent.Count > 0)
            {
                _unsent.RemoveAll(TrySendRest);
                if (_unsent.Count > 0) next = Math.Min(next, now + Clock.Millisecond);
            }

            foreach (var id in poller.Wait(Math.Max(0, next - now))) Serve(All[id < 0 ? ~id : id], hasEnded: id < 0);
        }
    }

    public void RunFor(double seconds) => Run(Clock.Now + Clock.Of(seconds));

    /// <summary>Has that many more connect and join, so many to a topic; how long it took.</summary>
    public long JoinAll(int count, int perTopic, int window = JoinWindow, double limit = 120)
    {
        var (target, began, tick) = (All.Count + count, Clock.Now, OnTick);
        OnTick = _ =>
        {
            for (var opened = 0; All.Count < target && Open - Joined < window; opened++)
            {
                if (opened == OpensPerTurn) return 0;
                Connect(All.Count / perTopic);
            }

            return Clock.Never;
        };
        Run(began + Clock.Of(limit), () => All.Count == target && Joined == Open);
        OnTick = tick;
        if (Failures + ClosedByServer > 0) throw new InvalidOperationException($"{Failures + ClosedByServer} of {count} could not join: {FirstFailure ?? "closed"}");
        if (Joined < Open) throw new InvalidOperationException($"Only {Joined} of {Open} had joined within {limit} s.");
        return Clock.Now - began;
    }

    /// <summary>A Close frame from each; what the server does not close within a second is cut.</summary>
    public void CloseAll()
    {
        var (message, tick) = (OnMessage, OnTick);
        (OnMessage, OnTick) = (null, null);
        foreach (var connection in All)
        {
            if (connection.State == ConnectionState.Closed) continue;
            if (connection.State == ConnectionState.Joined) Joined--;
            connection.State = ConnectionState.Leaving;
            _frame.Add([0x03, 0xe8]);
            Send(connection, Opcode.Close);
        }

        Run(Clock.Now + Clock.Second, () => Open == 0);
        foreach (var connection in All) Drop(connection);
        All.Clear();
        JoinTimes.Reset();
        (OnMessage, OnTick) = (message, tick);
    }

    void Send(Connection connection, Opcode opcode) => SendBytes(connection, _frame.Finish(opcode));

    void SendBytes(Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (connection.State == ConnectionState.Closed) return;
        if (connection.Unsent.Length > 0)
        {
            connection.Unsent.Add(bytes);
            return;
        }

        var sent = TrySend(connection, bytes);
        if (sent < 0 || sent == bytes.Length) return;
        connection.Unsent.Add(bytes[sent..]);
        _unsent.Add(connection);
    }

    /// <summary>How much was sent; less than nothing when the connection has ended.</summary>
    int TrySend(Connection connection, ReadOnlySpan<byte> bytes)
    {
        var sent = connection.Socket.Send(bytes, SocketFlags.None, out var error);
        if (error == SocketError.Success) return sent;
        if (error == SocketError.WouldBlock) return 0;
        DropByServer(connection, error.ToString());
        return -1;
    }

    bool TrySendRest(Connection connection)
    {
        if (connection.State == ConnectionState.Closed) return true;
        var sent = TrySend(connection, connection.Unsent.Span);
        if (sent > 0) connection.Unsent.Take(sent);
        return sent < 0 || connection.Unsent.Length == 0;
    }

    void Serve(Connection connection, bool hasEnded)
    {
        if (connection.State == ConnectionState.Closed) return;
        if (connection.State == ConnectionState.Connecting)
        {
            if (!poller.IsConnected(connection.Id, connection.Socket))
            {
                DropByServer(connection, "The connection was refused.");
                return;
            }

            connection.State = ConnectionState.Upgrading;
            SendBytes(connection, _request);
        }
        else if (connection.IsDeaf)
        {
            if (hasEnded) DropByServer(connection, "");
            return;
        }
        else
        {
            while (Receive(connection) || hasEnded)
            {
                // All that is there.
                if (connection.State == ConnectionState.Closed) return;
            }
        }

        if (connection.State != ConnectionState.Closed) poller.Watch(connection.Id);
    }

    void DropByServer(Connection connection, string reason)
    {
        if (connection.State != ConnectionState.Leaving)
        {
            ClosedByServer++;
            FirstFailure ??= reason;
        }

        Drop(connection);
    }

    void Drop(Connection connection)
    {
        if (connection.State == ConnectionState.Closed) return;
        if (connection.State == ConnectionState.Joined) Joined--;
        Open--;
        connection.State = ConnectionState.Closed;
        connection.Socket.Dispose();
        connection.Received.Clear();
        connection.Parts.Clear();
        connection.Unsent.Clear();
    }
}
