// A chat. A room is a topic: whoever has joined "room:lobby" gets what the others write there, and sees who is in the room.
using PhoenixChannels;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseChannelsTransport();
builder.UseChannelsThreadPoolGuard();
builder.Services.AddPhoenixChannels().AddPresence<ChatPresence>();

var app = builder.Build();
app.UseFileServer();
app.MapSocket<UserSocket>("/socket").MapChannel<RoomChannel>("room:*");
app.Run();

/// <summary>One browser window's connection. Everybody may connect; override ConnectAsync to decide otherwise.</summary>
sealed class UserSocket : Socket;

/// <summary>Who is in which room.</summary>
sealed class ChatPresence : Presence;

/// <summary>One connection's membership in one room, under a name.</summary>
sealed partial class RoomChannel(ChatPresence presence, TimeProvider time) : Channel<UserSocket>
{
    string _user = "";
    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    [Join]
    Reply Join(Visitor visitor)
    {
        _user = visitor.User.Trim();
        if (_user.Length is < 1 or > 40) return Reply.Error("a name has 1 to 40 characters");
        return Subtopic.Length is >= 1 and <= 40 ? Reply.Ok() : Reply.Error("the name of a room has 1 to 40 characters");
    }

    [Joined]
    async Task Joined(CancellationToken ct)
    {
        // First who is there, then oneself, as news for everybody. Two windows of the same name are one user with two devices.
        Push("presence_state", await presence.ListAsync(Topic, ct));
        await presence.TrackAsync(this, _user, new { OnlineAt = Now }, ct);
    }

    [HandleIn("new_msg")]
    async Task<Reply> Post(NewMessage message, CancellationToken ct)
    {
        var body = message.Body.Trim();
        if (body.Length is < 1 or > 2000) return Reply.Error("a message has 1 to 2000 characters");

        // The others get the message as an event, its sender as the reply.
        var posted = new PostedMessage(_user, body, Now);
        await BroadcastFromAsync("new_msg", posted, ct);
        return Reply.Ok(posted);
    }
}

sealed record Visitor(string User);

sealed record NewMessage(string Body);

sealed record PostedMessage(string User, string Body, long At);
