using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A connected client of a transcript.</summary>
internal sealed class ReplayClient(WebSocketClient socket)
{
    public WebSocketClient Socket { get; } = socket;

    /// <summary>When the last step began in which the client did something, a timestamp.</summary>
    public long? ActedAt { get; set; }
}
