using System.Security.Claims;

namespace PhoenixChannels.Transports;

/// <summary>What tells one authenticated user from another.</summary>
internal static class UserKey
{
    /// <summary>The subject's identifier or, failing that, the name; null for an anonymous user.</summary>
    public static string? Of(ClaimsPrincipal user) =>
        user.Identity is not { IsAuthenticated: true } ? null : user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? user.Identity.Name ?? "";
}
