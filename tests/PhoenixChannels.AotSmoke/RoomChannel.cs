namespace PhoenixChannels.AotSmoke;

/// <summary>Typed payloads in and out, an intercepted event, presence, binary.</summary>
internal sealed class RoomChannel(Filter filter, RoomPresence presence, PlainPresence plain) : Channel<UserSocket>
{
    protected override IReadOnlyCollection<string> Intercepts => ["new_msg"];

    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) =>
        new(Subtopic == "secret" ? Reply.Error("unauthorized") : Reply.Ok(new Welcome(Topic, Socket.Name)));

    protected override async ValueTask JoinedAsync(CancellationToken cancellationToken)
    {
        Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
        await presence.TrackAsync(this, Socket.Name, new Device("phone"), cancellationToken);
        await plain.TrackAsync(this, Socket.Name, new Device("desk"), cancellationToken);
    }

    protected override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        switch (message.Event)
        {
            case "new_msg":
                await BroadcastAsync("new_msg", message.Payload.Read<NewMessage>(), cancellationToken);
                return Reply.Ok(new Welcome(Topic, Socket.Name));
            case "roster":
                return Reply.Ok(new Roster(await plain.ListAsync(Topic, cancellationToken), message.Payload));
            case "bytes":
                return Reply.Ok(message.Payload.Bytes);
            case "unknown":
                return Reply.Ok(new Unknown(Socket.Name));
            default:
                return await base.HandleInAsync(message, cancellationToken);
        }
    }

    protected override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var message = broadcast.Payload.Read<NewMessage>();
        Push("new_msg", message with { Body = filter.Clean(message.Body) });
        return default;
    }
}
