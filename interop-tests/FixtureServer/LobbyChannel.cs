using PhoenixChannels;

namespace FixtureServer;

sealed class LobbyChannel : Channel<UserSocket>
{
    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok(new { exact = true }));

    protected override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) =>
        message.Event == "echo" ? new(Reply.Ok(message.Payload)) : base.HandleInAsync(message, cancellationToken);
}
