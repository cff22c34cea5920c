using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels;

/// <summary>The handshake, as <see cref="Socket.ConnectAsync"/> sees it. Valid only until that has returned.</summary>
public sealed class ConnectInfo
{
    Dictionary<string, string>? _params;

    internal ConnectInfo(HttpContext context, string? authToken)
    {
        HttpContext = context;
        AuthToken = authToken;
    }

    /// <summary>The query parameters and the route values of the mount path. Of several with one name the last counts, and a route value beats a query parameter.</summary>
    public IReadOnlyDictionary<string, string> Params => _params ??= ReadParams();

    /// <summary>
    /// What phoenix.js was given as <c>authToken</c>, or null. It comes in the <c>Sec-WebSocket-Protocol</c> header, and so stays out of
    /// the URLs that proxies log.
    /// </summary>
    public string? AuthToken { get; }

    /// <summary>The user whom the authentication middleware has found.</summary>
    public ClaimsPrincipal User => HttpContext.User;

    /// <summary>The whole request.</summary>
    public HttpContext HttpContext { get; }

    Dictionary<string, string> ReadParams()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in HttpContext.Request.Query)
            if (value.Count > 0) values[key] = value[^1] ?? "";
        foreach (var (key, value) in HttpContext.Request.RouteValues)
            if (value is not null) values[key] = value.ToString() ?? "";
        return values;
    }
}
