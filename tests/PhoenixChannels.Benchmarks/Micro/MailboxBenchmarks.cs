using BenchmarkDotNet.Attributes;
using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What it costs to hand a message to a channel: in a stream, as from a busy client, and alone, with the hop to another thread and back.</summary>
public class MailboxBenchmarks
{
    const int Letters = 10_000;

    readonly CountingMailbox _mailbox = new();

    [Benchmark(OperationsPerInvoke = Letters)]
    public void Stream()
    {
        for (var i = 1; i < Letters; i++) _mailbox.Post(new Note());
        Alone();
    }

    [Benchmark]
    public void Alone()
    {
        _mailbox.Post(new Note { IsLast = true });
        _mailbox.Handled.Wait();
        _mailbox.Handled.Reset();
    }

    sealed class Note : Letter
    {
        public bool IsLast { get; init; }
    }

    sealed class CountingMailbox : Mailbox
    {
        public ManualResetEventSlim Handled { get; } = new();

        protected override ValueTask HandleAsync(Letter letter)
        {
            if (((Note)letter).IsLast) Handled.Set();
            return default;
        }

        protected override void OnUnhandled(Exception exception)
        {
        }
    }
}
