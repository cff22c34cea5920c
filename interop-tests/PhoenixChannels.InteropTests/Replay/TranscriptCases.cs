using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A transcript as a test.</summary>
internal static class TranscriptCases
{
    /// <summary>What only the HTTP server under Phoenix does, or what Phoenix should not do, is not asked for.</summary>
    public static IEnumerable<Transcript> Wanted => Transcript.Files.Select(Transcript.Load).Where(transcript => transcript.Level is null);

    /// <summary>The slow ones come first.</summary>
    public static IEnumerable<TestCaseData> Where(Func<Transcript, bool> wanted) =>
        Wanted.Where(wanted)
            .OrderByDescending(transcript => transcript.IsSlow)
            .SelectMany(transcript => new[]
            {
                new TestCaseData(transcript, true).SetName(transcript.Name),
                new TestCaseData(transcript, false).SetName(transcript.Name + " in HTTP"),
            });

    /// <param name="handsOver">Whether the server's WebSockets leave HTTP once they are connected.</param>
    public static async Task ReplayAsync(Transcript transcript, bool handsOver)
    {
        if (transcript.NeedsOwnServer && OperatingSystem.IsWindows()) Assert.Ignore("Windows has no SIGTERM.");

        SharedServer.NoteReplay(transcript.Name);
        await ReplayAsync(transcript, async () =>
        {
            await using var own = transcript.NeedsOwnServer ? await FixtureServer.StartAsync(handsOver) : null;
            return await TryAsync(transcript, own ?? (handsOver ? SharedServer.Instance : SharedServer.InHttp), own);
        });
    }

    /// <summary>Replays a transcript that needs no server of its own.</summary>
    public static Task ReplayAsync(Transcript transcript, FixtureServer server) => ReplayAsync(transcript, () => TryAsync(transcript, server, null));

    /// <param name="transcript">What is replayed.</param>
    /// <param name="tryAsync">Plays it once; tells what differed.</param>
    static async Task ReplayAsync(Transcript transcript, Func<Task<string?>> tryAsync)
    {
        var failures = new List<string>();
        while (failures.Count <= transcript.Retries)
        {
            if (await tryAsync() is not { } failure) return;

            failures.Add(failure);
        }

        Assert.Fail(string.Join(Environment.NewLine, failures));
    }

    static async Task<string?> TryAsync(Transcript transcript, FixtureServer server, FixtureServer? ownServer)
    {
        var difference = await Player.PlayAsync(transcript, server.EndPoint, ownServer);
        return difference is null ? null : string.Join(Environment.NewLine, difference, "The server wrote:", server.Output);
    }
}
