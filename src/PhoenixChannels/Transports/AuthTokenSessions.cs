using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>
/// The tokens that long-poll sessions were opened with: phoenix.js sends its token with every poll, but not with what it posts. They count for posts to the session's
/// own path, where whoever knows the session may post, as in Phoenix, and nowhere else in the application. Authentication judges them anew each time.
/// </summary>
internal sealed class AuthTokenSessions
{
    readonly ConcurrentDictionary<string, AuthTokenSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>The token of the session that a request names.</summary>
    public string? Find(HttpRequest request) =>
        LongPollTransport.TokenOf(request) is { } token && _sessions.TryGetValue(token, out var session) && session.Path == PathOf(request) ? session.AuthToken : null;

    public void Keep(string token, AuthTokenSession session) => _sessions[token] = session;

    public void Forget(string token) => _sessions.TryRemove(token, out _);

    /// <summary>The path as the client has it, whatever middleware makes of it later.</summary>
    public static string PathOf(HttpRequest request) => request.PathBase + request.Path;
}
