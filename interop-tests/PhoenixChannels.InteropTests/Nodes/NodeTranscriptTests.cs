using PhoenixChannels.InteropTests.Replay;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A node of several does on the wire what a real Phoenix did.</summary>
[TestFixture(Engines.Postgres)]
[TestFixture(Engines.Redis)]
[Parallelizable(ParallelScope.All)]
internal sealed class NodeTranscriptTests(string adapter)
{
    Node _node = null!; // set by StartNode, before any test

    static IEnumerable<TestCaseData> Cases =>
        from transcript in TranscriptCases.Wanted
        where !transcript.NeedsOwnServer && !transcript.IsExclusive && !transcript.IsSlow
        select new TestCaseData(transcript).SetName($"{transcript.Name} on a node");

    [OneTimeSetUp]
    public async Task StartNode() => _node = await Node.StartAsync(await Engines.SharedAsync(adapter), "transcripts");

    [OneTimeTearDown]
    public ValueTask StopNode() => _node.DisposeAsync();

    [TestCaseSource(nameof(Cases))]
    public Task Replays(Transcript transcript) => TranscriptCases.ReplayAsync(transcript, _node.Server);
}
