namespace PhoenixChannels.Connections;

/// <summary>The states of a channel; changed under its connection's lock.</summary>
internal enum ChannelState : byte
{
    /// <summary>Its join is undecided.</summary>
    Joining,

    /// <summary>It is a member of its topic.</summary>
    Joined,

    /// <summary>Nothing more is sent by it, and nothing more handled.</summary>
    Ended,
}
