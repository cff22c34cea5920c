namespace PhoenixChannels.Tests.Server.Hosts;

/// <summary>Is present under its user's id, echoes, and broadcasts what it is told to shout.</summary>
internal sealed class HostedChannel(HostedPresence presence) : Channel<TestSocket>
{
    protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());

    protected internal override async ValueTask JoinedAsync(CancellationToken cancellationToken)
    {
        Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
        await presence.TrackAsync(this, Socket.Id!, new { n = 1 }, cancellationToken);
    }

    protected internal override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        if (message.Event != "shout") return Reply.Ok(message.Payload);
        await BroadcastAsync("shout", message.Payload, cancellationToken);
        return Reply.None;
    }
}

internal sealed class HostedPresence : Presence;
