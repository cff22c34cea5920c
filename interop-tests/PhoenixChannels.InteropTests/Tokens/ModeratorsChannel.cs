using Microsoft.AspNetCore.Authorization;

namespace PhoenixChannels.InteropTests.Tokens;

/// <summary>For moderators alone.</summary>
[Authorize(Roles = "moderator")]
internal sealed class ModeratorsChannel : Channel<TokenSocket>
{
    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => new(Reply.Ok(new { moderator = User.Identity?.Name }));
}
