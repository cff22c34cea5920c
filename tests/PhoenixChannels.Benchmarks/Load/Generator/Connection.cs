using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>One client: a WebSocket, joined to one topic.</summary>
sealed class Connection(int id, int topic, TcpSocket socket, long began)
{
    public int Id { get; } = id;

    public int Topic { get; } = topic;

    public TcpSocket Socket { get; } = socket;

    public ConnectionState State { get; set; }

    /// <summary>When it began to connect.</summary>
    public long Began { get; } = began;

    public long Reference { get; set; }

    /// <summary>The number of its message under way, and when that was sent.</summary>
    public long Number { get; set; }

    public long Sent { get; set; }

    /// <summary>It reads nothing from now on.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The beginning of a frame whose end has not come.</summary>
    public Backlog Received { get; } = new();

    /// <summary>The beginning of a message whose last frame has not come.</summary>
    public Backlog Parts { get; } = new();

    /// <summary>What the system has not taken yet.</summary>
    public Backlog Unsent { get; } = new();
}
