using PhoenixChannels.Connections;
using PhoenixChannels.Frames;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server;

/// <summary>Leads nowhere.</summary>
internal sealed class NoTransport : IFrameConnection
{
    public NoTransport() => Outbox = new WritingOutbox(this, 1000);

    public Outbox Outbox { get; }

    public TimeSpan IdleTimeout => TimeSpan.FromSeconds(60);

    public bool CanCarry(EncodedFrame frame) => true;

    public ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames) => default;

    public void StopReading()
    {
    }

    public void Abort()
    {
    }
}
