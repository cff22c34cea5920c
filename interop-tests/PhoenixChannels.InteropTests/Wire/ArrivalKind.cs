namespace PhoenixChannels.InteropTests.Wire;

internal enum ArrivalKind
{
    Text,
    Binary,
    Ping,
    Pong,

    /// <summary>The server's Close frame.</summary>
    Closed,

    /// <summary>The connection ended without a Close frame.</summary>
    Lost,

    /// <summary>The server broke RFC 6455.</summary>
    ProtocolError,
}
