namespace PhoenixChannels;

/// <summary>Why a channel ends.</summary>
public enum TerminationReason
{
    /// <summary>The client left.</summary>
    Left,

    /// <summary>The connection ended.</summary>
    Closed,

    /// <summary>The server shuts down.</summary>
    Draining,

    /// <summary>The client joined the same topic anew.</summary>
    DuplicateJoin,

    /// <summary>The channel called <see cref="Channel.Stop"/>.</summary>
    Stopped,

    /// <summary>The channel was ended from outside (<see cref="IBroadcaster.KickAsync"/>).</summary>
    Kicked,

    /// <summary>A callback threw, or intercepted broadcasts, broadcasts on subscribed topics or delayed messages came faster than they were handled.</summary>
    Crashed,

    /// <summary>The join was accepted, but too late: the client had been refused by then.</summary>
    JoinTimeout,
}
