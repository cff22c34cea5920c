using PhoenixChannels.Connections;
using PhoenixChannels.Frames;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server;

public class WritingOutboxTests
{
    [Test]
    public async Task Frames_that_gather_while_one_is_written_go_out_in_one_write()
    {
        var connection = new SlowConnection();
        Add(connection.Outbox, 0);
        await connection.Writing.WaitAsync();
        for (byte i = 1; i < 100; i++) Add(connection.Outbox, i);
        connection.GoOn.Set();
        await connection.Outbox.WhenIdleAsync().WaitAsync(TestClient.Patience, TimeProvider.System);
        Assert.That(connection.Writes, Is.EqualTo(new[] { new byte[] { 0 }, [.. Enumerable.Range(1, 99).Select(i => (byte)i)] }));
    }

    static void Add(Outbox outbox, byte number)
    {
        lock (outbox) Assert.That(outbox.TryAdd(EncodedFrame.Pong([number])));
    }

    /// <summary>Keeps the writes, of each frame its last byte; the first takes its time.</summary>
    sealed class SlowConnection : IFrameConnection
    {
        public SlowConnection() => Outbox = new WritingOutbox(this, 1000);

        public Outbox Outbox { get; }

        public Signal Writing { get; } = new();

        public Signal GoOn { get; } = new();

        public List<byte[]> Writes { get; } = [];

        public TimeSpan IdleTimeout => TimeSpan.FromSeconds(60);

        public bool CanCarry(EncodedFrame frame) => true;

        public async ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames)
        {
            Writes.Add([.. frames.ToArray().Select(frame => frame.Bytes.Span[^1])]);
            Writing.Set();
            await GoOn.Task;
        }

        public void StopReading()
        {
        }

        public void Abort()
        {
        }
    }
}
