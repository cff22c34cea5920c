using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>Nothing may come to a client.</summary>
internal sealed class QuietStep(string clientName, TimeSpan duration, Predicate<Arrival> skip) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var client = await stage.ClientAsync(clientName);
        var noise = await client.Socket.Inbox.TakeAsync(1, duration, skip);
        return noise.Count == 0
            ? Observation.Nothing
            : new Observation { Problem = $"{clientName} should have stayed quiet, got {ReceivedView.Of(noise[0])}" };
    }
}
