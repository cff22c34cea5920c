using Microsoft.Extensions.Options;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of one mounted socket. Every bound has an answer that the client can see, and a metric.</summary>
public sealed class SocketOptions
{
    static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>How many channels one connection may have. A join beyond it is refused with <c>too many channels joined</c>. Default 100. From 1 to 1,000,000. Phoenix's <c>max_channels_per_transport</c>.</summary>
    public int MaxChannelsPerSocket { get; set; } = 100;

    /// <summary>
    /// How many messages may wait for one channel. A push beyond it is answered with the error <c>busy</c>; an intercepted
    /// or subscribed broadcast beyond it crashes the channel, so that the client joins again rather than missing it in silence. Joins beyond it that wait for
    /// one connection are answered with <c>busy</c>, too. Default 1,000. From 1 to 1,000,000. Phoenix has no such bound.
    /// </summary>
    public int MaxMailboxLength { get; set; } = 1_000;

    /// <summary>How long a join may take; by default less than the 10 seconds after which phoenix.js gives up. It counts from the join's arrival and is checked once a second. Beyond it the join is refused with <c>join timeout</c>. Default 8 seconds. From 1 millisecond to 1 day. Phoenix has no such bound.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long <see cref="Socket.ConnectAsync"/> may take. Beyond it the client gets HTTP 503. Default 10 seconds. From 1 millisecond to 1 day. Phoenix has no such bound.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the channels of a closed connection may go on with what waits for them before their tokens are cancelled. Default 5 seconds. From 1 millisecond to 1 day. Phoenix's <c>shutdown</c> of a channel.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a topic, an event, a ref or a join_ref may be, in bytes of UTF-8. Beyond it the message gets the error reply <c>topic too long</c>, <c>event too long</c> or, without refs, <c>ref too long</c>. Default 4,096. From 64 to 1,048,576 (1 MiB). Phoenix has no such bound.</summary>
    public int MaxNameLength { get; set; } = 4_096;

    /// <summary>How deep the JSON of a payload may be nested. Beyond it the message counts as malformed, and the connection is closed with 1011. Default 1,024. From 1 to 100,000. Phoenix has no such bound.</summary>
    public int MaxJsonDepth { get; set; } = 1_024;

    /// <summary>
    /// The protocol versions that are spoken, of which Phoenix's V1 is <c>~> 1.0.0</c> and V2 <c>~> 2.0.0</c>; set in code only. The first whose range holds the client's
    /// <c>vsn</c> is taken (absent means 1.0.0); with none the client gets 403. Default <see cref="V1JsonSerializer"/> and <see cref="V2JsonSerializer"/>.
    /// Accepts a list of at least one serializer. Phoenix's <c>serializer</c>.
    /// </summary>
    public IList<IChannelSerializer> Serializers { get; private set; } = [new V1JsonSerializer(), new V2JsonSerializer()];

    /// <summary>
    /// Which pages may connect. Another page's handshake gets 403. A list replaces the default: name the application's own origin in it, too, or its own pages are
    /// refused. In the configuration it is a text or a list; <see cref="OriginPolicy.Custom"/> is for code only.
    /// Default <see cref="OriginPolicy.SameHost"/>. Accepts <c>any</c>, <c>sameHost</c>, <c>sameOrigin</c>, or a list of origins such as <c>https://example.com</c>, <c>//example.com:888</c> or
    /// <c>//*.example.com</c>. Phoenix's <c>check_origin</c>.
    /// </summary>
    public OriginPolicy Origin { get; set; } = OriginPolicy.SameHost;

    /// <summary>
    /// The close code of <see cref="IBroadcaster.DisconnectAsync"/>. 0 ends the connection without a Close frame, after
    /// which every client line comes back (docs/clients.md). Never 1000: several clients stay away for good after it. Default 1001. Accepts 0, 1001, 1011 to 1013, or 3000 to 4999. Phoenix has 1001, not to be changed.
    /// </summary>
    public int DisconnectCloseCode { get; set; } = CloseCode.GoingAway;

    /// <summary>The close code when the server shuts down. 0 ends the connections without a Close frame. Never 1000. Default 1012. Accepts 0, 1001, 1011 to 1013, or 3000 to 4999. Phoenix has 1012, not to be changed.</summary>
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

    /// <summary>Checks the options of a mounted socket.</summary>
    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(SocketOptions), visitor =>
    {
        Visit(visitor);
        VisitTogether(visitor);
    });

    internal void Visit(IOptionVisitor visitor)
    {
        MaxChannelsPerSocket = visitor.Number(nameof(MaxChannelsPerSocket), MaxChannelsPerSocket, 1, 1_000_000);
        MaxMailboxLength = visitor.Number(nameof(MaxMailboxLength), MaxMailboxLength, 1, 1_000_000);
        JoinTimeout = visitor.Time(nameof(JoinTimeout), JoinTimeout, s_shortest, s_longest);
        ConnectTimeout = visitor.Time(nameof(ConnectTimeout), ConnectTimeout, s_shortest, s_longest);
        ShutdownTimeout = visitor.Time(nameof(ShutdownTimeout), ShutdownTimeout, s_shortest, s_longest);
        MaxNameLength = visitor.Number(nameof(MaxNameLength), MaxNameLength, 64, 1 << 20);
        MaxJsonDepth = visitor.Number(nameof(MaxJsonDepth), MaxJsonDepth, 1, 100_000);
        Serializers = visitor.Visit(nameof(Serializers), Serializers, "a list of at least one serializer", list => list.Count > 0 && list.All(serializer => serializer is not null), null);
        Origin = visitor.Visit(nameof(Origin), Origin, OriginPolicy.Accepted, policy => policy is not null, OriginPolicy.Parse);
        DisconnectCloseCode = visitor.Number(nameof(DisconnectCloseCode), DisconnectCloseCode, "0, 1001, 1011 to 1013, or 3000 to 4999", IsCloseCode);
        DrainCloseCode = visitor.Number(nameof(DrainCloseCode), DrainCloseCode, "0, 1001, 1011 to 1013, or 3000 to 4999", IsCloseCode);
        visitor.Section(nameof(WebSocket), WebSocket.Visit);
        visitor.Section(nameof(LongPoll), LongPoll.Visit);
    }

    /// <summary>What the options demand of each other once a socket is mounted.</summary>
    void VisitTogether(IOptionVisitor visitor)
    {
        if (LongPoll.Enabled) visitor.Section(nameof(LongPoll), longPoll => longPoll.Text(nameof(LongPoll.Path), LongPoll.Path, "another path than WebSocket.Path", path => !WebSocket.Enabled || !path.Equals(WebSocket.Path, StringComparison.OrdinalIgnoreCase)));
        else visitor.Section(nameof(WebSocket), webSocket => webSocket.Visit(nameof(WebSocket.Enabled), WebSocket.Enabled, "true, or LongPoll.Enabled: a socket needs a transport", enabled => enabled, null));
    }

    static bool IsCloseCode(int code) => code is CloseCode.None or CloseCode.GoingAway or (>= 1011 and <= 1013) or (>= 3000 and <= 4999);
}
