using System.Net;
using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>Plays a transcript against a server.</summary>
internal static class Player
{
    static readonly TimeSpan s_timeForStragglers = TimeSpan.FromMilliseconds(60);

    /// <summary>The first difference from the transcript, or null when there is none.</summary>
    public static async Task<string?> PlayAsync(Transcript transcript, IPEndPoint server, FixtureServer? ownServer)
    {
        await using var stage = new Stage(transcript, server, ownServer);
        for (var i = 0; i < transcript.Steps.Count; i++)
        {
            try
            {
                var step = transcript.Steps[i];
                var start = TimeProvider.System.GetTimestamp();
                var observation = await step.PlayAsync(stage);
                var duration = TimeProvider.System.GetElapsedTime(start);
                if (step.Expectation.Difference(observation, duration, stage.Variables) is { } difference) return $"step {i}: {difference}";
            }
            catch (Exception e) when (e is ReplayException or WireException)
            {
                return $"step {i}: {e.Message}";
            }
        }

        await Task.Delay(s_timeForStragglers, TimeProvider.System);
        return stage.Clients.Where(client => client.Value.Socket.Inbox.Unread.Count > 0)
            .Select(client => $"at the end {client.Key} had more: {new JsonArray([.. client.Value.Socket.Inbox.Unread.Select(ReceivedView.Of)])}")
            .FirstOrDefault();
    }
}
