namespace PhoenixChannels.Generators.Model;

/// <summary>Where a handler's argument comes from.</summary>
enum ArgumentKind
{
    Payload,
    RawPayload,

    /// <summary>The whole message, broadcast or info.</summary>
    Whole,
    SocketRef,
    Service,
    OptionalService,
    CancellationToken,
}
