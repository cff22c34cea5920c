using System.Collections.Concurrent;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The server that all transcripts share which need none of their own.</summary>
[SetUpFixture]
internal sealed class SharedServer
{
    private static readonly ConcurrentBag<string> s_replayed = [];

    /// <summary>The names of the transcripts that have been replayed so far, whatever came of it.</summary>
    public static IReadOnlyCollection<string> Replayed => s_replayed;

    public static FixtureServer Instance { get; private set; } = null!;   // set by Start, before any test

    public static void NoteReplay(string name) => s_replayed.Add(name);

    [OneTimeSetUp]
    public async Task Start() => Instance = await FixtureServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await Instance.DisposeAsync();
}
