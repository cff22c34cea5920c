using PhoenixChannels.Connections;

namespace PhoenixChannels.Benchmarks.Fakes;

/// <summary>An outbox whose connection takes every frame at once: what is left is the server's own bookkeeping.</summary>
sealed class FakeOutbox() : Outbox(1024 * 1024)
{
    public long Frames { get; private set; }

    public override bool IsIdle => true;

    public override Task WhenIdleAsync() => Task.CompletedTask;

    protected override void OnAdded()
    {
        Frames++;
        Sent(Take());
    }

    protected override void OnFinished()
    {
    }
}
