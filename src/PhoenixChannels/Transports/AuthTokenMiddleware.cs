using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>
/// Stands before everything else and shows the token of phoenix.js to the application's bearer authentication, as the <c>Authorization</c> header that a browser cannot
/// set for a WebSocket.
/// </summary>
internal sealed class AuthTokenMiddleware(AuthTokenSessions sessions) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Forward);
        next(app);
    };

    RequestDelegate Forward(RequestDelegate next) => context =>
    {
        var headers = context.Request.Headers;
        if (headers.Authorization.Count == 0 && TokenOf(context) is { } token && IsPlain(token)) headers.Authorization = $"Bearer {token}";
        return next(context);
    };

    string? TokenOf(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.SecWebSocketVersion.Count > 0) return AuthToken.TryTake(AuthToken.Subprotocols(request), out var token) ? token : null;
        if (AuthToken.OfLongPoll(request) is not { } sent) return HttpMethods.IsPost(request.Method) ? sessions.Find(request) : null;
        if (HttpMethods.IsGet(request.Method)) context.Features.Set(new AuthTokenSession(sessions, AuthTokenSessions.PathOf(request), sent));
        return sent;
    }

    /// <summary>Whether it can stand in a header. Any other cannot be a bearer token.</summary>
    static bool IsPlain(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
