namespace PhoenixChannels.Tracking;

internal enum MessageKind : byte
{
    None,

    /// <summary>A sign of life: how far the sender has come, and its changes since the last one.</summary>
    Heartbeat,

    /// <summary>Asks for what the sender lacks, given how far it has come.</summary>
    TransferRequest,

    /// <summary>Pieces of state: the answer to a request, or a part of a heartbeat too large for one message.</summary>
    State,

    /// <summary>The sender is about to leave for good.</summary>
    Leaving,

    /// <summary>Tells a node that a later life of it is known, so that it takes a later number.</summary>
    Superseded,
}
