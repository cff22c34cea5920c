using System.Diagnostics;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>What a handler does that is no good neighbour.</summary>
static class Work
{
    public static void Burn(int milliseconds)
    {
        var watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < milliseconds) Thread.SpinWait(100);
    }

    public static void Block(int milliseconds)
    {
#pragma warning disable RS0030 // Blocking the thread is what the event is for.
        Thread.Sleep(milliseconds);
#pragma warning restore RS0030
    }
}
