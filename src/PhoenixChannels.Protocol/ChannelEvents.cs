namespace PhoenixChannels;

/// <summary>The events that the protocol itself uses (<see href="https://hexdocs.pm/phoenix/writing_a_channels_client.html">Phoenix's guide</see>).</summary>
public static class ChannelEvents
{
    /// <summary>Client to server: join the topic.</summary>
    public const string Join = "phx_join";

    /// <summary>Client to server: leave the topic.</summary>
    public const string Leave = "phx_leave";

    /// <summary>Server to client: the answer to one message.</summary>
    public const string Reply = "phx_reply";

    /// <summary>Server to client: the channel has ended and will not come back by itself.</summary>
    public const string Close = "phx_close";

    /// <summary>Server to client: the channel has crashed; clients join again.</summary>
    public const string Error = "phx_error";

    /// <summary>Client to server, on <see cref="SystemTopic"/>: I am alive.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>On a socket's id: close every connection of that id.</summary>
    public const string Disconnect = "disconnect";

    /// <summary>The topic of heartbeats, <c>phoenix</c>.</summary>
    public const string SystemTopic = "phoenix";
}
