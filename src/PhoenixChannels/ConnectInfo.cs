using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace PhoenixChannels;

/// <summary>The handshake, as <see cref="Socket.ConnectAsync"/> sees it. Valid only until that has returned: what is read from the request later throws <see cref="InvalidOperationException"/>.</summary>
public sealed class ConnectInfo
{
    HttpContext? _context;
    Dictionary<string, string>? _params;

    internal ConnectInfo(HttpContext context, string? authToken)
    {
        _context = context;
        AuthToken = authToken;
    }

    /// <summary>The query parameters and the route values of the mount path. Of several with one name the last counts, and a route value beats a query parameter.</summary>
    public IReadOnlyDictionary<string, string> Params => _params ??= ReadParams();

    /// <summary>
    /// What phoenix.js was given as <c>authToken</c>, or null. It comes in the <c>Sec-WebSocket-Protocol</c> header, on long poll in
    /// <c>X-Phoenix-AuthToken</c>, and so stays out of the URLs that proxies log. Phoenix's <c>auth_token</c>.
    /// </summary>
    public string? AuthToken { get; }

    /// <summary>The user whom the authentication middleware has found.</summary>
    public ClaimsPrincipal User => HttpContext.User;

    /// <summary>The client's address, after forwarded headers when the application reads them. Phoenix's <c>peer_data</c>.</summary>
    public IPAddress? RemoteAddress => HttpContext.Connection.RemoteIpAddress;

    /// <summary>The client's port.</summary>
    public int RemotePort => HttpContext.Connection.RemotePort;

    /// <summary>The client's TLS certificate, when it has shown one.</summary>
    public X509Certificate2? ClientCertificate => HttpContext.Connection.ClientCertificate;

    /// <summary>What was requested, query included. Phoenix's <c>uri</c>.</summary>
    public Uri Uri => new(HttpContext.Request.GetEncodedUrl());

    /// <summary>The <c>User-Agent</c>, or null. Phoenix's <c>user_agent</c>.</summary>
    public string? UserAgent => HttpContext.Request.Headers.UserAgent is [{ } text, ..] ? text : null;

    /// <summary>All headers that begin with <c>x-</c>, by their names in lower case. Phoenix's <c>x_headers</c>.</summary>
    public IReadOnlyDictionary<string, string> XHeaders => Headers(name => name.StartsWith("x-", StringComparison.Ordinal));

    /// <summary><c>traceparent</c> and <c>tracestate</c>. Phoenix's <c>trace_context_headers</c>.</summary>
    public IReadOnlyDictionary<string, string> TraceHeaders => Headers(name => name is "traceparent" or "tracestate");

    /// <summary>All headers that begin with <c>sec-websocket-</c>; the one that may carry the token among them. Phoenix's <c>sec_websocket_headers</c>.</summary>
    public IReadOnlyDictionary<string, string> SecWebSocketHeaders => Headers(name => name.StartsWith("sec-websocket-", StringComparison.Ordinal));

    /// <summary>The whole request. Phoenix's <c>session</c> is <see cref="HttpContext.Session"/> or the cookie's user; there is no CSRF token, the origin check takes its place.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Socket.ConnectAsync"/> has returned.</exception>
    public HttpContext HttpContext => _context ?? throw new InvalidOperationException("The handshake is over, and its request with it: read what the connection needs in ConnectAsync, and keep it in the socket's own properties.");

    /// <summary>The request goes on without the application's socket.</summary>
    internal void End() => _context = null;

    Dictionary<string, string> Headers(Func<string, bool> wanted)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in HttpContext.Request.Headers)
        {
#pragma warning disable CA1308 // Header names are written in lower case, as HTTP/2 and Phoenix do.
            var key = name.ToLowerInvariant();
#pragma warning restore CA1308
            if (wanted(key)) headers[key] = value.ToString();
        }

        return headers;
    }

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
