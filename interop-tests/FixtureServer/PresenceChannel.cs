abstract partial class PresenceChannel(Presence presence) : Channel<UserSocket>
{
    string _key = "";
    Payload _meta;

    [Join] void Join(JsonElement parameters) => (_key, _meta) = (KeyIn(parameters) ?? Socket.Name, MetaIn(parameters));

    [Joined]
    async Task Joined(CancellationToken ct)
    {
        Push("presence_state", await presence.ListAsync(Topic, ct));
        await presence.TrackAsync(this, _key, _meta, ct);
    }

    [HandleIn("track")]
    async Task<Reply> Track(JsonElement parameters, CancellationToken ct) =>
        await presence.TrackAsync(this, KeyIn(parameters)!, MetaIn(parameters), ct) == TrackResult.Tracked ? Reply.Ok() : Reply.Error("already_tracked");

    [HandleIn("update")]
    async Task<Reply> Update(JsonElement parameters, CancellationToken ct) =>
        await presence.UpdateAsync(this, KeyIn(parameters) ?? _key, MetaIn(parameters), ct) == UpdateResult.Updated ? Reply.Ok() : Reply.Error("not_tracked");

    [HandleIn("untrack")]
    async Task<Reply> Untrack(JsonElement parameters, CancellationToken ct)
    {
        await presence.UntrackAsync(this, KeyIn(parameters) ?? _key, ct);
        return Reply.Ok();
    }

    [HandleIn("list")] ValueTask<PresenceMap> List(CancellationToken ct) => presence.ListAsync(Topic, ct);

    static string? KeyIn(JsonElement parameters) =>
        !parameters.TryGetProperty("key", out var key) ? null : key.ValueKind == JsonValueKind.String ? key.GetString() : key.GetRawText();

    static Payload MetaIn(JsonElement parameters) => parameters.TryGetProperty("meta", out var meta) ? Payload.From(meta) : Payload.Empty;
}

sealed class PlainPresence : Presence;

sealed class FetchedPresence : Presence
{
    protected override ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken)
    {
        foreach (var key in entries.Keys) entries[key].Set("user", new { name = $"User {key}" });
        return default;
    }
}

sealed class PlainPresenceChannel(PlainPresence presence) : PresenceChannel(presence);

sealed class FetchedPresenceChannel(FetchedPresence presence) : PresenceChannel(presence);
