using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;

namespace PhoenixChannels;

/// <summary>Options of one mounted socket. Every bound has an answer that the client can see, and a metric.</summary>
public sealed class SocketOptions
{
    /// <summary>How many channels one connection may have; default 100, at least 1. A join beyond it is refused with <c>too many channels joined</c>. Phoenix's <c>max_channels_per_transport</c>.</summary>
    public int MaxChannelsPerSocket { get; set; } = 100;

    /// <summary>
    /// How many messages may wait for one channel; default 1,000, at least 1. A push beyond it is answered with the error <c>busy</c>; an intercepted
    /// or subscribed broadcast beyond it crashes the channel, so that the client joins again rather than missing it in silence. Joins beyond it that wait for
    /// one connection are answered with <c>busy</c>, too. Phoenix has no such bound.
    /// </summary>
    public int MaxMailboxLength { get; set; } = 1_000;

    /// <summary>How long a join may take; default 8 seconds, shorter than the 10 after which phoenix.js gives up. It counts from the join's arrival and is checked once a second. Beyond it the join is refused with <c>join timeout</c>.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long <see cref="Socket.ConnectAsync"/> may take; default 10 seconds. Beyond it the client gets HTTP 503.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the channels of a closed connection may go on with what waits for them before their tokens are cancelled; default 5 seconds. Phoenix's <c>shutdown</c> of a channel.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a topic, an event, a ref or a join_ref may be, in bytes of UTF-8; default 4,096. Beyond it the message gets the error reply <c>topic too long</c>, <c>event too long</c> or, without refs, <c>ref too long</c>.</summary>
    public int MaxNameLength { get; set; } = 4_096;

    /// <summary>How deep the JSON of a payload may be nested; default 1,024. Beyond it the message counts as malformed, and the connection is closed with 1011.</summary>
    public int MaxJsonDepth { get; set; } = 1_024;

    /// <summary>
    /// The protocol versions that are spoken; by default Phoenix's V1 (<c>~> 1.0.0</c>) and V2 (<c>~> 2.0.0</c>). The first whose range holds the client's
    /// <c>vsn</c> is taken (absent means 1.0.0); with none the client gets 403.
    /// </summary>
    public IList<IChannelSerializer> Serializers { get; private set; } = [new V1JsonSerializer(), new V2JsonSerializer()];

    /// <summary>Which pages may connect; default <see cref="OriginPolicy.SameHost"/>. Another page's handshake gets 403. Phoenix's <c>check_origin</c>.</summary>
    public OriginPolicy Origin { get; set; } = OriginPolicy.SameHost;

    /// <summary>
    /// The close code of <see cref="IBroadcaster.DisconnectAsync"/>; default 1001, as in Phoenix. 0 ends the connection without a Close frame, after
    /// which every client line comes back (docs/clients.md). Never 1000: several clients stay away for good after it.
    /// </summary>
    public int DisconnectCloseCode { get; set; } = CloseCode.GoingAway;

    /// <summary>The close code when the server shuts down; default 1012, as in Phoenix. 0 ends the connections without a Close frame. Never 1000.</summary>
    public int DrainCloseCode { get; set; } = CloseCode.ServiceRestart;

    /// <summary>Options of the WebSocket transport.</summary>
    public WebSocketTransportOptions WebSocket { get; private set; } = new();

    /// <summary>Options of the long-poll transport.</summary>
    public LongPollTransportOptions LongPoll { get; private set; } = new();

    internal SocketOptions Clone()
    {
        var clone = (SocketOptions)MemberwiseClone();
        clone.Serializers = [.. Serializers];
        clone.WebSocket = WebSocket.Clone();
        clone.LongPoll = LongPoll.Clone();
        return clone;
    }

    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    internal void Validate()
    {
        Require(MaxChannelsPerSocket >= 1, nameof(MaxChannelsPerSocket), "at least 1");
        Require(MaxMailboxLength >= 1, nameof(MaxMailboxLength), "at least 1");
        Require(JoinTimeout > TimeSpan.Zero, nameof(JoinTimeout), "a positive time");
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "a positive time");
        Require(ShutdownTimeout > TimeSpan.Zero, nameof(ShutdownTimeout), "a positive time");
        Require(MaxNameLength >= 64, nameof(MaxNameLength), "at least 64 bytes");
        Require(MaxJsonDepth is >= 1 and <= 100_000, nameof(MaxJsonDepth), "between 1 and 100,000");
        Require(Serializers.Count > 0, nameof(Serializers), "a list of at least one serializer");
        Require(WebSocket.Path.StartsWith('/'), "WebSocket.Path", "a path that begins with a slash");
        Require(LongPoll.Path.StartsWith('/'), "LongPoll.Path", "a path that begins with a slash");
        Require(WebSocket.IdleTimeout >= TimeSpan.FromSeconds(1), "WebSocket.IdleTimeout", "at least a second");
        Require(WebSocket.MaxMessageSize >= 1, "WebSocket.MaxMessageSize", "at least 1 byte");
        Require(WebSocket.MaxOutboxBytes >= 1, "WebSocket.MaxOutboxBytes", "at least 1 byte");
        Require(LongPoll.Window >= TimeSpan.FromSeconds(1), "LongPoll.Window", "at least a second");
        Require(LongPoll.MaxSessionAge > TimeSpan.Zero, "LongPoll.MaxSessionAge", "a positive time");
        Require(LongPoll.MaxSessions >= 1, "LongPoll.MaxSessions", "at least 1");
        Require(LongPoll.MaxMessageSize >= 1, "LongPoll.MaxMessageSize", "at least 1 byte");
        Require(LongPoll.MaxOutboxBytes >= 1, "LongPoll.MaxOutboxBytes", "at least 1 byte");
        Require(LongPoll.MaxRequestBytes >= 1, "LongPoll.MaxRequestBytes", "at least 1 byte");
        Require(LongPoll.MaxRequestMessages >= 1, "LongPoll.MaxRequestMessages", "at least 1");
        Require(WebSocket.Enabled || LongPoll.Enabled, "WebSocket.Enabled", "true when LongPoll.Enabled is false: a socket needs a transport");
        Require(IsCloseCode(DisconnectCloseCode), nameof(DisconnectCloseCode), "0, 1001, 1011 to 1013, or 3000 to 4999");
        Require(IsCloseCode(DrainCloseCode), nameof(DrainCloseCode), "0, 1001, 1011 to 1013, or 3000 to 4999");
    }

    static bool IsCloseCode(int code) => code is CloseCode.None or CloseCode.GoingAway or (>= 1011 and <= 1013) or (>= 3000 and <= 4999);

    static void Require(bool holds, string name, string bounds)
    {
        if (!holds) throw new InvalidOperationException($"SocketOptions.{name} must be {bounds}.");
    }
}
