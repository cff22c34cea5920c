// A chat. A room is a topic: whoever has joined "room:lobby" gets what the others write there.
using PhoenixChannels;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddPhoenixChannels();

var app = builder.Build();
app.UseFileServer();
app.MapSocket<UserSocket>("/socket").MapChannel<RoomChannel>("room:*");
app.Run();

/// <summary>One browser window's connection. Everybody may connect; override ConnectAsync to decide otherwise.</summary>
sealed class UserSocket : Socket;

/// <summary>One connection's membership in one room.</summary>
sealed class RoomChannel(TimeProvider time) : Channel<UserSocket>
{
    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) =>
        new(Subtopic.Length is >= 1 and <= 40 ? Reply.Ok() : Reply.Error("the name of a room has 1 to 40 characters"));

    protected override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        if (message.Event != "new_msg") return await base.HandleInAsync(message, cancellationToken);

        var written = message.Payload.Read<NewMessage>();
        var (user, body) = (written.User.Trim(), written.Body.Trim());
        if (user.Length is < 1 or > 40) return Reply.Error("a name has 1 to 40 characters");
        if (body.Length is < 1 or > 2000) return Reply.Error("a message has 1 to 2000 characters");

        // The others get the message as an event, its sender as the reply.
        var posted = new PostedMessage(user, body, time.GetUtcNow().ToUnixTimeMilliseconds());
        await BroadcastFromAsync("new_msg", posted, cancellationToken);
        return Reply.Ok(posted);
    }
}

sealed record NewMessage(string User, string Body);

sealed record PostedMessage(string User, string Body, long At);
