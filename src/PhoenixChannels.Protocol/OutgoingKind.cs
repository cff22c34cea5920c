namespace PhoenixChannels;

/// <summary>The kinds of message that a server sends.</summary>
public enum OutgoingKind
{
    /// <summary>An event for this client alone, with the channel's join_ref.</summary>
    Push,

    /// <summary>The answer to one message, with its ref.</summary>
    Reply,

    /// <summary>An event for everybody on the topic, without refs.</summary>
    Broadcast,
}
