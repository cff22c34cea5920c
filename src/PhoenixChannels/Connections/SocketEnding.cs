namespace PhoenixChannels.Connections;

/// <summary>What a connection needs from its close to its end. Under its lock.</summary>
/// <param name="close">How it was closed.</param>
internal sealed class SocketEnding(SocketClose close)
{
    public SocketClose Close => close;

    /// <summary>The channels that there were then.</summary>
    public ChannelProcess[] Channels { get; set; } = [];

    /// <summary>Runs while the client has time to answer the Close frame.</summary>
    public ITimer? CloseTimer { get; set; }

    /// <summary>Runs while the channels have time to end.</summary>
    public ITimer? ShutdownTimer { get; set; }
}
