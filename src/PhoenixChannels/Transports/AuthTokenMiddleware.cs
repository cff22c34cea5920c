using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>
/// Stands before everything else and shows the token of phoenix.js to the application's bearer authentication, as the <c>Authorization</c> header that a browser cannot
/// set for a WebSocket.
/// </summary>
internal sealed class AuthTokenMiddleware(AuthTokenSessions sessions, LongPollNodes? nodes = null) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Forward);
        next(app);
    };

    RequestDelegate Forward(RequestDelegate next) => context =>
    {
        var request = context.Request;
        if (request.Headers.Authorization.Count > 0) return next(context);
        if (TokenOf(context) is { } token) Show(request, token);
        else if (nodes is not null && HttpMethods.IsPost(request.Method) && LongPollTransport.TokenOf(request) is { } session) return AskAsync(context, session, next);
        return next(context);
    };

    /// <summary>The token that the request brings, or that a session of this node was opened with.</summary>
    string? TokenOf(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.SecWebSocketVersion.Count > 0) return AuthToken.TryTake(AuthToken.Subprotocols(request), out var token) ? token : null;
        if (AuthToken.OfLongPoll(request) is not { } sent) return HttpMethods.IsPost(request.Method) ? sessions.Find(request) : null;
        if (HttpMethods.IsGet(request.Method)) context.Features.Set(new AuthTokenSession(sessions, AuthTokenSessions.PathOf(request), sent));
        return sent;
    }

    /// <summary>The session may be another node's.</summary>
    async Task AskAsync(HttpContext context, string session, RequestDelegate next)
    {
        var request = context.Request;
        if (await nodes!.FindAuthTokenAsync(session, AuthTokenSessions.PathOf(request), context.RequestAborted).ConfigureAwait(false) is { } token) Show(request, token);
        await next(context).ConfigureAwait(false);
    }

    static void Show(HttpRequest request, string token)
    {
        if (IsPlain(token)) request.Headers.Authorization = $"Bearer {token}";
    }

    /// <summary>Whether it can stand in a header. Any other cannot be a bearer token.</summary>
    static bool IsPlain(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
