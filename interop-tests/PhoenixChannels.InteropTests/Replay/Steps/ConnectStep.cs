using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>A client connects, and the response to that is looked at.</summary>
internal sealed class ConnectStep(string clientName) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var start = TimeProvider.System.GetTimestamp();
        var response = await stage.ConnectAsync(clientName);
        stage.Clients[clientName].ActedAt = start;
        return new Observation { View = new JsonObject { ["response"] = ResponseView.Of(response) } };
    }
}
