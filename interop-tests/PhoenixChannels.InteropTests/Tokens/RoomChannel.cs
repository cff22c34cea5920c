using Microsoft.AspNetCore.Authorization;

namespace PhoenixChannels.InteropTests.Tokens;

/// <summary>For everybody, up to what it is asked for.</summary>
internal sealed partial class RoomChannel : Channel<TokenSocket>
{
    object Me => new { user = User.Identity?.Name };

    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => new(Reply.Ok(Me));

    [HandleIn("whoami")]
    object WhoAmI() => Me;

    [HandleIn("shout")]
    ValueTask Shout(CancellationToken ct) => BroadcastAsync("shout", Me, ct);

    [HandleIn("sign"), Authorize]
    object Sign() => Me;

    [HandleIn("ban"), Authorize(Roles = "moderator")]
    object Ban() => Me;
}
