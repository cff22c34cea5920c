using PhoenixChannels.Serializers;

namespace PhoenixChannels.Connections;

/// <summary>The reasons that a client sees.</summary>
internal static class Reasons
{
    public static readonly Payload UnmatchedTopic = Of("unmatched topic");
    public static readonly Payload TooManyChannels = Of("too many channels joined");
    public static readonly Payload JoinCrashed = Of("join crashed");
    public static readonly Payload JoinTimeout = Of("join timeout");
    public static readonly Payload InvalidPayload = Of("invalid payload");
    public static readonly Payload Unauthorized = Of("unauthorized");
    public static readonly Payload Busy = Of("busy");
    public static readonly Payload TopicTooLong = Of("topic too long");
    public static readonly Payload EventTooLong = Of("event too long");
    public static readonly Payload RefTooLong = Of("ref too long");
    public static readonly Payload Kicked = Of("kicked");

    /// <summary>What <c>phx_error</c> carries.</summary>
    public static readonly Payload ChannelCrash = Of("channel_crash");

    static Payload Of(string reason) => Payload.FromValidJson(JsonText.Reason(reason));
}
