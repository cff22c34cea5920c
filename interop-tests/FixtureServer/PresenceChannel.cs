using System.Text.Json;
using PhoenixChannels;

namespace FixtureServer;

abstract class PresenceChannel(Presence presence) : Channel<UserSocket>
{
    string _key = "";
    Payload _meta;

    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
    {
        var parameters = payload.Read<JsonElement>();
        _key = KeyIn(parameters) ?? Socket.Name;
        _meta = MetaIn(parameters);
        return new(Reply.Ok());
    }

    protected override async ValueTask JoinedAsync(CancellationToken cancellationToken)
    {
        Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
        await presence.TrackAsync(this, _key, _meta, cancellationToken);
    }

    protected override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        var parameters = message.Payload.Read<JsonElement>();
        switch (message.Event)
        {
            case "track":
                var tracked = await presence.TrackAsync(this, KeyIn(parameters)!, MetaIn(parameters), cancellationToken);
                return tracked == TrackResult.Tracked ? Reply.Ok() : Reply.Error("already_tracked");
            case "update":
                var updated = await presence.UpdateAsync(this, KeyIn(parameters) ?? _key, MetaIn(parameters), cancellationToken);
                return updated == UpdateResult.Updated ? Reply.Ok() : Reply.Error("not_tracked");
            case "untrack":
                await presence.UntrackAsync(this, KeyIn(parameters) ?? _key, cancellationToken);
                return Reply.Ok();
            case "list":
                return Reply.Ok(await presence.ListAsync(Topic, cancellationToken));
            default:
                return await base.HandleInAsync(message, cancellationToken);
        }
    }

    static string? KeyIn(JsonElement parameters)
    {
        if (!parameters.TryGetProperty("key", out var key)) return null;
        return key.ValueKind == JsonValueKind.String ? key.GetString() : key.GetRawText();
    }

    static Payload MetaIn(JsonElement parameters) => parameters.TryGetProperty("meta", out var meta) ? Payload.From(meta) : Payload.Empty;
}

sealed class PlainPresenceChannel(PlainPresence presence) : PresenceChannel(presence);

sealed class FetchedPresenceChannel(FetchedPresence presence) : PresenceChannel(presence);
