namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The server does on the wire what a real Phoenix did: one test a transcript.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class TranscriptTests
{
    static IEnumerable<TestCaseData> Cases => TranscriptCases.Where(transcript => !transcript.IsExclusive);

    [TestCaseSource(nameof(Cases))]
    public Task Replays(Transcript transcript, bool handsOver) => TranscriptCases.ReplayAsync(transcript, handsOver);
}
