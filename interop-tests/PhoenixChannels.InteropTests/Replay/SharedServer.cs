using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The server that all transcripts share which need none of their own.</summary>
[SetUpFixture]
internal sealed class SharedServer
{
    private static int s_replayed;

    public static FixtureServer Instance { get; private set; } = null!;

    public static void CountReplay() => Interlocked.Increment(ref s_replayed);

    [OneTimeSetUp]
    public async Task Start() => Instance = await FixtureServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        await TestContext.Progress.WriteLineAsync($"{s_replayed} transcripts replayed");
        await Instance.DisposeAsync();
    }
}
