using System.Buffers.Binary;
using System.Text;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Testing.Clients;

/// <summary>Carries a connection within the process: what the server sends is with the client at once.</summary>
internal sealed class MemoryTransport : IClientTransport
{
    readonly MemoryOutbox _outbox;
    int _hasEnded;

    /// <param name="maxOutboxBytes">How much may wait behind an undecided join.</param>
    public MemoryTransport(int maxOutboxBytes) => _outbox = new(this, maxOutboxBytes);

    /// <summary>Set before the connection is opened.</summary>
    public SocketConnection Connection { get; set; } = null!;

    /// <summary>Set before the connection is opened.</summary>
    public TestSocket Client { get; set; } = null!;

    public Outbox Outbox => _outbox;

    /// <summary>The client is silent only when its test is: it never counts as idle.</summary>
    public TimeSpan IdleTimeout => TimeSpan.FromDays(365_000);

    public bool CanCarry(EncodedFrame frame) => true;

    public void StopReading() => End(new(1006, ""));

    public void Abort() => End(new(1006, ""));

    /// <summary>Ends the transport, as both sides do behind a Close frame. On the thread pool: the caller may hold the connection's lock.</summary>
    public void End(SocketClose close)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0) return;
        Client.Closed(close);
        _ = Task.Run(Connection.TransportEndedAsync);
    }

    void Deliver(EncodedFrame frame)
    {
        switch (frame.Opcode)
        {
            case FrameOpcode.Close:
                End(new(BinaryPrimitives.ReadUInt16BigEndian(frame.Message.Span), Encoding.ASCII.GetString(frame.Message.Span[2..])));
                break;
            case FrameOpcode.Text or FrameOpcode.Binary:
                Client.Received(frame);
                break;
        }
    }

    sealed class MemoryOutbox(MemoryTransport transport, int maxBytes) : Outbox(maxBytes)
    {
        public override bool IsIdle => true;

        public override Task WhenIdleAsync() => Task.CompletedTask;

        protected override void OnAdded()
        {
            var taken = Take();
            foreach (var frame in taken.Memory.Span) transport.Deliver(frame);
            Sent(taken);
        }

        protected override void OnFinished() => OnAdded();
    }
}
