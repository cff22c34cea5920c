namespace PhoenixChannels.Frames;

/// <summary>The close codes that this server sends (<see href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1">RFC 6455, 7.4.1</see>).</summary>
internal static class CloseCode
{
    /// <summary>No Close frame at all: the connection just ends.</summary>
    public const int None = 0;

    public const int Normal = 1000, GoingAway = 1001, ProtocolError = 1002, InvalidData = 1007, PolicyViolation = 1008,
        MessageTooBig = 1009, InternalError = 1011, ServiceRestart = 1012;

    /// <summary>Whether a client may close with this code: those defined for the wire, and the ranges for libraries and applications.</summary>
    public static bool IsValidFromClient(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1011) or >= 3000;
}
