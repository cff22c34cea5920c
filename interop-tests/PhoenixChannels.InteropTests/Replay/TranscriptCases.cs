using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A transcript as a test.</summary>
internal static class TranscriptCases
{
    /// <summary>
    /// What only the HTTP server under Phoenix does, or what Phoenix should not do, is not asked for. The slow ones come first.
    /// </summary>
    public static IEnumerable<TestCaseData> Where(Func<Transcript, bool> wanted) =>
        Transcript.Files.Select(Transcript.Load)
            .Where(transcript => transcript.Level is null && wanted(transcript))
            .OrderByDescending(transcript => transcript.IsSlow)
            .Select(transcript => new TestCaseData(transcript).SetName(transcript.Name));

    public static async Task ReplayAsync(Transcript transcript)
    {
        if (transcript.NeedsOwnServer && OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no SIGTERM.");
        }

        SharedServer.NoteReplay(transcript.Name);
        var failures = new List<string>();
        while (failures.Count <= transcript.Retries)
        {
            if (await TryAsync(transcript) is not { } failure)
            {
                return;
            }

            failures.Add(failure);
        }

        Assert.Fail(string.Join(Environment.NewLine, failures));
    }

    private static async Task<string?> TryAsync(Transcript transcript)
    {
        await using var own = transcript.NeedsOwnServer ? await FixtureServer.StartAsync() : null;
        var server = own ?? SharedServer.Instance;
        var difference = await Player.PlayAsync(transcript, server.EndPoint, own);
        return difference is null ? null : string.Join(Environment.NewLine, difference, "The server wrote:", server.Output);
    }
}
