using PhoenixChannels;

namespace ChannelsApp._1;

/// <summary>One connection's membership in one room: one instance per join, its fields are its state, and its handlers run one at a time.</summary>
sealed partial class RoomChannel(RoomPresence presence, TimeProvider time) : Channel<UserSocket>
{
    int _sent;

    [Join]
    Reply Join() => Subtopic.Length is >= 1 and <= 40 ? Reply.Ok(new Welcome(Subtopic)) : Reply.Error("the name of a room has 1 to 40 characters");

    [Joined]
    async Task Joined(CancellationToken cancellationToken)
    {
        // First who is there, then oneself, as news for everybody.
        Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
        await presence.TrackAsync(this, Socket.Name, new OnlineSince(time.GetUtcNow()), cancellationToken);
    }

    [HandleIn("new_msg")]
    async Task<Reply> NewMessage(NewMessage message, CancellationToken cancellationToken)
    {
        var body = message.Body.Trim();
        if (body.Length is < 1 or > 2000) return Reply.Error("a message has 1 to 2000 characters");
        await BroadcastAsync("new_msg", new PostedMessage(Socket.Name, body), cancellationToken);
        return Reply.Ok(new Sent(++_sent));
    }
}
