using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>The server's process ends.</summary>
internal sealed class WaitExitStep(TimeSpan within) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage) =>
        await stage.OwnServer.WaitForExitAsync(within) is { } code
            ? new Observation { View = new JsonObject { ["exit"] = new JsonObject { ["code"] = new JsonNumber(code) } } }
            : new Observation { Problem = "the server is still running" };
}
