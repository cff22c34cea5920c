using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>A client sends something, or goes.</summary>
internal sealed class ActStep(string clientName, Action<WebSocketClient, Variables> act) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var start = TimeProvider.System.GetTimestamp();
        var client = await stage.ClientAsync(clientName);
        act(client.Socket, stage.Variables);
        client.ActedAt = start;
        return Observation.Nothing;
    }
}
