using System.Collections.Concurrent;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The servers that all transcripts share which need none of their own.</summary>
[SetUpFixture]
internal sealed class SharedServer
{
    static readonly ConcurrentBag<string> s_replayed = [];

    /// <summary>The names of the transcripts that have been replayed so far, whatever came of it.</summary>
    public static IReadOnlyCollection<string> Replayed => s_replayed;

    /// <summary>One whose WebSockets leave HTTP, as an application's should.</summary>
    public static FixtureServer Instance { get; private set; } = null!;   // set by Start, before any test

    /// <summary>One whose WebSockets stay in HTTP.</summary>
    public static FixtureServer InHttp { get; private set; } = null!;     // likewise

    public static void NoteReplay(string name) => s_replayed.Add(name);

    [OneTimeSetUp]
    public async Task Start()
    {
        Instance = await FixtureServer.StartAsync();
        InHttp = await FixtureServer.StartAsync(handsOver: false);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Instance.DisposeAsync();
        await InHttp.DisposeAsync();
    }
}
