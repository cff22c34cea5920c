using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The server does on the wire what a real Phoenix did: one test a transcript.</summary>
internal sealed class TranscriptTests
{
    private FixtureServer _shared = null!;
    private int _replayed;

    private static IEnumerable<TestCaseData> BesideOthers => Cases(transcript => !transcript.IsExclusive);

    private static IEnumerable<TestCaseData> Alone => Cases(transcript => transcript.IsExclusive);

    [OneTimeSetUp]
    public async Task StartServer() => _shared = await FixtureServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer()
    {
        TestContext.Progress.WriteLine($"{_replayed} transcripts replayed");
        await _shared.DisposeAsync();
    }

    [Parallelizable(ParallelScope.All)]
    [TestCaseSource(nameof(BesideOthers))]
    public Task Replays(Transcript transcript) => ReplayAsync(transcript);

    [NonParallelizable]
    [TestCaseSource(nameof(Alone))]
    public Task Replays_with_nothing_beside_it(Transcript transcript) => ReplayAsync(transcript);

    /// <summary>What only the HTTP server under Phoenix does, or what Phoenix should not do, is not asked for.</summary>
    private static IEnumerable<TestCaseData> Cases(Func<Transcript, bool> wanted) =>
        Transcript.Files.Select(Transcript.Load)
            .Where(transcript => transcript.Level is null && !NotReplayed.Contains(transcript) && wanted(transcript))
            .OrderByDescending(transcript => transcript.IsSlow)
            .Select(transcript => new TestCaseData(transcript).SetName(transcript.Name));

    private async Task ReplayAsync(Transcript transcript)
    {
        if (transcript.NeedsOwnServer && OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no SIGTERM.");
        }

        var failures = new List<string>();
        do
        {
            await using var own = transcript.NeedsOwnServer ? await FixtureServer.StartAsync() : null;
            var server = own ?? _shared;
            if (await Player.PlayAsync(transcript, server.EndPoint, own) is not { } difference)
            {
                failures.Clear();
                break;
            }

            failures.Add($"{difference}{Environment.NewLine}{server.Output}");
        }
        while (failures.Count <= transcript.Retries);

        Interlocked.Increment(ref _replayed);
        Assert.That(failures, Is.Empty, () => string.Join(Environment.NewLine, failures));
    }
}
