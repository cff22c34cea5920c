using PhoenixChannels;

/// <summary>One connection's membership in one room. Nothing in it is about several nodes, but for showing the name of its own.</summary>
sealed partial class RoomChannel(ChatPresence presence, PubSub pubSub) : Channel<UserSocket>
{
    string _user = "";
    string Node => pubSub.NodeName;

    [Join]
    Reply Join(Visitor visitor)
    {
        _user = visitor.User.Trim();
        return _user.Length is >= 1 and <= 40 ? Reply.Ok(new { Node }) : Reply.Error("a name has 1 to 40 characters");
    }

    [Joined]
    async Task Joined(CancellationToken ct)
    {
        Push("presence_state", await presence.ListAsync(Topic, ct));
        await presence.TrackAsync(this, _user, new { Node }, ct);
    }

    [HandleIn("new_msg")]
    async Task<Reply> Post(NewMessage message, CancellationToken ct)
    {
        var body = message.Body.Trim();
        if (body.Length is < 1 or > 2000) return Reply.Error("a message has 1 to 2000 characters");
        await BroadcastAsync("new_msg", new PostedMessage(_user, Node, body), ct);
        return Reply.Ok();
    }
}

/// <summary>Everybody may connect.</summary>
sealed class UserSocket : Socket;

/// <summary>Who is in which room, on all nodes.</summary>
sealed class ChatPresence : Presence;

sealed record Visitor(string User);

sealed record NewMessage(string Body);

sealed record PostedMessage(string User, string Node, string Body);
