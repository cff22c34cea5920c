using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>A request that was started before is answered.</summary>
internal sealed class AwaitStep(string name) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var (response, start) = stage.Requests[name];
        var view = new JsonObject { ["response"] = ResponseView.Of(await response) };
        return new Observation { View = view, Took = TimeProvider.System.GetElapsedTime(start) };
    }
}
