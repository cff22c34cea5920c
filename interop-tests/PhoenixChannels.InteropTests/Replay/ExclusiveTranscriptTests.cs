namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The transcripts that bear nothing beside them.</summary>
[NonParallelizable]
internal sealed class ExclusiveTranscriptTests
{
    static IEnumerable<TestCaseData> Cases => TranscriptCases.Where(transcript => transcript.IsExclusive);

    [TestCaseSource(nameof(Cases))]
    public Task Replays(Transcript transcript, bool handsOver) => TranscriptCases.ReplayAsync(transcript, handsOver);
}
