using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of the WebSocket transport.</summary>
public sealed class WebSocketTransportOptions
{
    /// <summary>Whether the transport is mounted. A socket needs this one or long poll. Default true. Phoenix's <c>websocket</c>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The transport's path below the socket's. It may hold route values. Default <c>/websocket</c>. Accepts a path that begins with a slash. Phoenix's <c>path</c>.</summary>
    public string Path { get; set; } = "/websocket";

    /// <summary>How long a connection may stay without receiving anything. Beyond it, within two seconds, it is closed with 1002. A message, a ping and a pong count alike. Default 60 seconds. From 1 second to 1 day. Phoenix's <c>timeout</c>.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How large a message may be, in bytes. A frame that announces more is answered with close code 1009 before any of it is read. Default 1,048,576 (1 MiB). From 1 to 1,073,741,824 (1 GiB). Phoenix's <c>max_frame_size</c>, which has no bound.</summary>
    public int MaxMessageSize { get; set; } = 1 << 20;

    /// <summary>How many bytes may wait for a client that reads slowly. A client that falls further behind is closed with 1008 <c>slow</c>, and cut off when it has not read that within half a second; whoever sends to it never waits. One message is always taken, whatever its size. Default 1,048,576 (1 MiB). From 1 to 1,073,741,824 (1 GiB). Phoenix has no such bound.</summary>
    public int MaxOutboxBytes { get; set; } = 1 << 20;

    /// <summary>The subprotocols that may be chosen; phoenix.js offers <c>phoenix</c> beside an <c>authToken</c>. A client that offers none is let in; one that offers only others gets 403. A list in the configuration replaces this one. Default <c>phoenix</c>. Accepts a list of at least one HTTP token. Phoenix's <c>subprotocols</c>.</summary>
    public IList<string> Subprotocols { get; private set; } = ["phoenix"];

    /// <summary>
    /// Whether to agree to permessage-deflate when a client offers it. The message limit then is of the inflated
    /// size. Secrets beside text that an attacker can choose must not be compressed (CRIME, BREACH). Such connections are read by
    /// <c>System.Net.WebSockets</c>: docs/deviations.md has what that changes. Default false. Phoenix's <c>compress</c>.
    /// </summary>
    public bool Compress { get; set; }

    internal WebSocketTransportOptions Clone()
    {
        var clone = (WebSocketTransportOptions)MemberwiseClone();
        clone.Subprotocols = [.. Subprotocols];
        return clone;
    }

    internal void Visit(IOptionVisitor visitor)
    {
        Enabled = visitor.Switch(nameof(Enabled), Enabled);
        Path = visitor.Text(nameof(Path), Path, "a path that begins with a slash", path => path.StartsWith('/'));
        IdleTimeout = visitor.Time(nameof(IdleTimeout), IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        MaxMessageSize = visitor.Number(nameof(MaxMessageSize), MaxMessageSize, 1, 1 << 30);
        MaxOutboxBytes = visitor.Number(nameof(MaxOutboxBytes), MaxOutboxBytes, 1, 1 << 30);
        Subprotocols = visitor.Visit(nameof(Subprotocols), Subprotocols, "a list of at least one HTTP token", names => names.Count > 0 && names.All(IsToken), texts => [.. texts]);
        Compress = visitor.Switch(nameof(Compress), Compress);
    }

    /// <summary><see href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2">RFC 9110, 5.6.2</see>.</summary>
    static bool IsToken(string text) => !string.IsNullOrEmpty(text) && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
