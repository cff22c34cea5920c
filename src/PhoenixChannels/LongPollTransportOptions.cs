using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of the long-poll transport, for clients whose network lets no WebSocket through.</summary>
public sealed class LongPollTransportOptions
{
    /// <summary>Whether the transport is mounted. Default false. Phoenix's <c>longpoll</c>.</summary>
    public bool Enabled { get; set; }

    /// <summary>The transport's path below the socket's. It may hold route values. Default <c>/longpoll</c>. Accepts a path that begins with a slash. Phoenix's <c>path</c>.</summary>
    public string Path { get; set; } = "/longpoll";

    /// <summary>How long a poll waits for something to come. A session ends when no poll has begun for one and a half windows. Default 10 seconds. From 1 second to 1 day. Phoenix's <c>window_ms</c>.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a session may live. The client then gets a new one. Default 14 days. From 1 second to 365 days. Phoenix's <c>crypto: [max_age: …]</c>.</summary>
    public TimeSpan MaxSessionAge { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How many sessions there may be on this socket. Beyond it a client gets HTTP 503. Default 10,000. From 1 to 10,000,000. Phoenix has no such bound.</summary>
    public int MaxSessions { get; set; } = 10_000;

    /// <summary>How large a message may be, in bytes. A request with a larger one gets HTTP 413, and nothing of it is taken. Default 1,048,576 (1 MiB). From 1 to 1,073,741,824 (1 GiB). Phoenix has no such bound.</summary>
    public int MaxMessageSize { get; set; } = 1 << 20;

    /// <summary>How many bytes may wait for the next poll. Beyond it the session ends; whoever sends to it never waits. One message is always taken, whatever its size. Default 1,048,576 (1 MiB). From 1 to 1,073,741,824 (1 GiB). Phoenix has no such bound.</summary>
    public int MaxOutboxBytes { get; set; } = 1 << 20;

    /// <summary>How large the body of a request may be, in bytes. Beyond it the request gets HTTP 413, and nothing of it is taken. Default 8,000,000. From 1 to 1,073,741,824 (1 GiB). Phoenix has 8,000,000, not to be changed.</summary>
    public int MaxRequestBytes { get; set; } = 8_000_000;

    /// <summary>How many messages a request may carry. Beyond it the request gets HTTP 413, and nothing of it is taken. Default 10,000. From 1 to 1,000,000. Phoenix takes 100 and drops the rest.</summary>
    public int MaxRequestMessages { get; set; } = 10_000;

    internal LongPollTransportOptions Clone() => (LongPollTransportOptions)MemberwiseClone();

    internal void Visit(IOptionVisitor visitor)
    {
        Enabled = visitor.Switch(nameof(Enabled), Enabled);
        Path = visitor.Text(nameof(Path), Path, "a path that begins with a slash", path => path.StartsWith('/'));
        Window = visitor.Time(nameof(Window), Window, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        MaxSessionAge = visitor.Time(nameof(MaxSessionAge), MaxSessionAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        MaxSessions = visitor.Number(nameof(MaxSessions), MaxSessions, 1, 10_000_000);
        MaxMessageSize = visitor.Number(nameof(MaxMessageSize), MaxMessageSize, 1, 1 << 30);
        MaxOutboxBytes = visitor.Number(nameof(MaxOutboxBytes), MaxOutboxBytes, 1, 1 << 30);
        MaxRequestBytes = visitor.Number(nameof(MaxRequestBytes), MaxRequestBytes, 1, 1 << 30);
        MaxRequestMessages = visitor.Number(nameof(MaxRequestMessages), MaxRequestMessages, 1, 1_000_000);
    }
}
