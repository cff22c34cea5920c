using PhoenixChannels;

namespace FixtureServer;

sealed class PlainPresence : Presence;

sealed class FetchedPresence : Presence
{
    protected override ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken)
    {
        foreach (var key in entries.Keys) entries[key].Set("user", new { name = $"User {key}" });
        return default;
    }
}
