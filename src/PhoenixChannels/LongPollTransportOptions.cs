namespace PhoenixChannels;

/// <summary>Options of the long-poll transport, for clients whose network lets no WebSocket through.</summary>
public sealed class LongPollTransportOptions
{
    /// <summary>Whether the transport is mounted; default false, as in Phoenix. Phoenix's <c>longpoll: true</c>.</summary>
    public bool Enabled { get; set; }

    /// <summary>The transport's path below the socket's; default <c>/longpoll</c>. It may hold route values.</summary>
    public string Path { get; set; } = "/longpoll";

    /// <summary>How long a poll waits for something to come; default 10 seconds. A session ends when no poll has begun for one and a half windows. Phoenix's <c>window_ms</c>.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a session may live; default 14 days. The client then gets a new one. Phoenix's <c>crypto: [max_age: …]</c>.</summary>
    public TimeSpan MaxSessionAge { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How many sessions there may be on this socket; default 10,000. Beyond it a client gets HTTP 503. Phoenix has no bound.</summary>
    public int MaxSessions { get; set; } = 10_000;

    /// <summary>How large a message may be, in bytes; default 1 MiB. A request with a larger one gets HTTP 413, and nothing of it is taken.</summary>
    public int MaxMessageSize { get; set; } = 1 << 20;

    /// <summary>How many bytes may wait for the next poll; default 1 MiB. Beyond it the session ends; whoever sends to it never waits. One message is always taken, whatever its size. Phoenix has no bound.</summary>
    public int MaxOutboxBytes { get; set; } = 1 << 20;

    /// <summary>How large the body of a request may be, in bytes; default 8,000,000. Beyond it the request gets HTTP 413, and nothing of it is taken.</summary>
    public int MaxRequestBytes { get; set; } = 8_000_000;

    /// <summary>How many messages a request may carry; default 10,000. Beyond it the request gets HTTP 413, and nothing of it is taken. Phoenix takes 100 and drops the rest.</summary>
    public int MaxRequestMessages { get; set; } = 10_000;

    internal LongPollTransportOptions Clone() => (LongPollTransportOptions)MemberwiseClone();
}
