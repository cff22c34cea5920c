using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>What a connection needs to know of how it is carried.</summary>
internal interface IClientTransport
{
    /// <summary>Where what is sent to the client waits.</summary>
    Outbox Outbox { get; }

    /// <summary>How long the client may be silent.</summary>
    TimeSpan IdleTimeout { get; }

    /// <summary>Whether the server wants the connection to end, as when the endpoint that it came by is removed.</summary>
    bool IsCloseRequested => false;

    /// <summary>Whether the client can be given this message at all.</summary>
    bool CanCarry(EncodedFrame frame);

    /// <summary>Ends the receiving, and so the connection, in an orderly way.</summary>
    void StopReading();

    /// <summary>Tears the connection down.</summary>
    void Abort();
}
