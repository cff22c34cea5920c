using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>The next frames come to a client.</summary>
internal sealed class ExpectStep(string clientName, int count, TimeSpan within, Predicate<Arrival> skip) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var start = TimeProvider.System.GetTimestamp();
        var client = await stage.ClientAsync(clientName);
        var arrivals = await client.Socket.Inbox.TakeAsync(count, within, skip);
        var received = new JsonArray([.. arrivals.Select(ReceivedView.Of)]);
        return new Observation
        {
            View = new JsonObject { ["received"] = received },
            Took = arrivals.Count > 0 ? TimeProvider.System.GetElapsedTime(client.ActedAt ?? start, arrivals[^1].Timestamp) : null,
            Problem = arrivals.Count < count ? $"expected {count} frames for {clientName}, {arrivals.Count} came: {received}" : null,
        };
    }
}
