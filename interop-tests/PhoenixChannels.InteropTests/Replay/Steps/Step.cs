namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>One step of a transcript: something to do, and what came of it with Phoenix.</summary>
internal abstract class Step
{
    public required Expectation Expectation { get; init; }

    public abstract Task<Observation> PlayAsync(Stage stage);
}
