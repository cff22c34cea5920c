namespace PhoenixChannels;

/// <summary>Options of the WebSocket transport.</summary>
public sealed class WebSocketTransportOptions
{
    /// <summary>Whether the transport is mounted; default true. Phoenix's <c>websocket: false</c> switches it off.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The transport's path below the socket's; default <c>/websocket</c>. It may hold route values.</summary>
    public string Path { get; set; } = "/websocket";

    /// <summary>How long a connection may stay without receiving anything; default 60 seconds. Beyond it, within two seconds, it is closed with 1002. A message, a ping and a pong count alike. Phoenix's <c>timeout</c>.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How large a message may be, in bytes; default 1 MiB. A frame that announces more is answered with close code 1009 before any of it is read. Phoenix has no bound.</summary>
    public int MaxMessageSize { get; set; } = 1 << 20;

    /// <summary>How many bytes may wait for a client that reads slowly; default 1 MiB. A client that falls further behind is closed with 1008 <c>slow</c>, and cut off when it has not read that within a second; whoever sends to it never waits. One message is always taken, whatever its size. Phoenix has no bound.</summary>
    public int MaxOutboxBytes { get; set; } = 1 << 20;

    /// <summary>The subprotocols that may be chosen; default <c>phoenix</c>, which phoenix.js offers beside an <c>authToken</c>. A client that offers none is let in; one that offers only others gets 403.</summary>
    public IList<string> Subprotocols { get; private set; } = ["phoenix"];

    /// <summary>
    /// Whether to agree to permessage-deflate when a client offers it; default false, as in Phoenix (<c>compress</c>). The message limit then is of the inflated
    /// size. Secrets beside text that an attacker can choose must not be compressed (CRIME, BREACH). Such connections are read by
    /// <c>System.Net.WebSockets</c>: docs/deviations.md has what that changes.
    /// </summary>
    public bool Compress { get; set; }

    internal WebSocketTransportOptions Clone()
    {
        var clone = (WebSocketTransportOptions)MemberwiseClone();
        clone.Subprotocols = [.. Subprotocols];
        return clone;
    }
}
