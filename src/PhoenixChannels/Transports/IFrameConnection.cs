using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>What carries frames: our own RFC 6455 on a pipe, or the host's <see cref="System.Net.WebSockets.WebSocket"/>.</summary>
internal interface IFrameConnection
{
    /// <summary>Sends frames in order; one call at a time. Throws when the connection is gone.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames);

    /// <summary>Ends the receive loop, and so the connection, in an orderly way.</summary>
    void StopReading();

    /// <summary>Tears the connection down.</summary>
    void Abort();
}
