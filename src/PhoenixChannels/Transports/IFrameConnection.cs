using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>What carries frames: our own RFC 6455 on a pipe, or the host's <see cref="System.Net.WebSockets.WebSocket"/>.</summary>
internal interface IFrameConnection : IClientTransport
{
    /// <summary>Sends frames in order; one call at a time. Throws when the connection is gone.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames);
}
