namespace PhoenixChannels.AotSmoke;

/// <summary>Overrides what a presence may override, which registration finds out by reflection.</summary>
internal sealed class RoomPresence(Words words) : Presence
{
    protected override ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken)
    {
        foreach (var (key, entry) in entries) entry.Set("user", new User(words.Clean(key)));
        return default;
    }
}

/// <summary>Overrides nothing.</summary>
internal sealed class PlainPresence : Presence;
