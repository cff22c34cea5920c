using Microsoft.AspNetCore.Mvc;

namespace PhoenixChannels.AotSmoke;

/// <summary>Typed payloads in and out, an intercepted event, presence, binary, services of the class and of a call.</summary>
internal sealed partial class RoomChannel(RoomPresence presence, PlainPresence plain) : Channel<UserSocket>
{
    [Join] Reply Join() => Subtopic == "secret" ? Reply.Error("unauthorized") : Reply.Ok(new Welcome(Topic, Socket.Name));

    [Joined]
    async Task Joined(CancellationToken cancellationToken)
    {
        Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
        await presence.TrackAsync(this, Socket.Name, new Device("phone"), cancellationToken);
        await plain.TrackAsync(this, Socket.Name, new Device("desk"), cancellationToken);
    }

    [HandleIn("new_msg")]
    async Task<Welcome> NewMessage(NewMessage message, [FromServices] Words words, CancellationToken cancellationToken)
    {
        await BroadcastAsync("new_msg", message with { Body = words.Clean(message.Body) }, cancellationToken);
        return new(Topic, Socket.Name);
    }

    [HandleIn("roster")]
    async Task<Roster> Roster(Payload asked, CancellationToken cancellationToken) => new(await plain.ListAsync(Topic, cancellationToken), asked);

    [HandleIn("later")] void Later(NewMessage message, SocketRef reference) => _ = Task.Run(() => reference.Reply(Reply.Ok(message)));

    [HandleIn("bytes")] ReadOnlyMemory<byte> Bytes(Payload payload) => payload.Bytes;

    [HandleIn("unknown")] Unknown Unknown() => new(Socket.Name);

    [HandleOut("new_msg")] void OnNewMessage(NewMessage message) => Push("new_msg", message with { Body = message.Body + "!" });
}
