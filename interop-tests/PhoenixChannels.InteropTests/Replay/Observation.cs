using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>What came of a step with the server under test.</summary>
internal sealed class Observation
{
    public static readonly Observation Nothing = new();

    /// <summary>What was received, by its place in a transcript: what pointers go into and what is compared.</summary>
    public JsonObject View { get; init; } = new();

    /// <summary>How long it took, when that is not the time of the step.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>What went wrong in any case, whatever the transcript says.</summary>
    public string? Problem { get; init; }
}
