using Microsoft.AspNetCore.Http;
using PhoenixChannels.Transports;

namespace PhoenixChannels;

/// <summary>
/// Which pages may connect: browsers send a page's origin with the handshake, and nothing else keeps a foreign page from connecting with
/// a visitor's cookies. Clients that send no <c>Origin</c> are no browsers, and pass. Phoenix's <c>check_origin</c>.
/// </summary>
/// <example><code>options.Origin = OriginPolicy.Allow("https://example.com", "//*.example.com", "//localhost:3000");</code></example>
public abstract class OriginPolicy
{
    /// <summary>What the configuration may say.</summary>
    internal const string Accepted = "'any', 'sameHost', 'sameOrigin', or a list of origins such as 'https://example.com', '//example.com:888' or '//*.example.com'";

    private protected OriginPolicy()
    {
    }

    /// <summary>The origin's host must be the one that the request was sent to, after forwarded headers; scheme and port do not matter. Phoenix's <c>true</c>; the default.</summary>
    public static OriginPolicy SameHost { get; } = new RequestOriginPolicy(exactly: false);

    /// <summary>Host, scheme and port must be those that the request was sent to. Phoenix's <c>:conn</c>.</summary>
    public static OriginPolicy SameOrigin { get; } = new RequestOriginPolicy(exactly: true);

    /// <summary>Every page may connect. Only for sockets that do not go by cookies. Phoenix's <c>false</c>.</summary>
    public static OriginPolicy Any { get; } = new AnyOriginPolicy();

    /// <summary>A list: <c>https://example.com</c> (scheme, host and port), <c>//example.com:888</c> (any scheme), <c>//*.example.com</c> (the host and all below it; any scheme and port).</summary>
    /// <exception cref="ArgumentException">An entry has no host, or the list is empty.</exception>
    public static OriginPolicy Allow(params string[] origins) => new ListedOriginPolicy(origins);

    /// <summary>Asks the application. It gets origins that can be parsed only, with an empty path.</summary>
    public static OriginPolicy Custom(Func<Uri, HttpContext, bool> allows)
    {
        ArgumentNullException.ThrowIfNull(allows);
        return new CustomOriginPolicy(allows);
    }

    /// <summary>The policy that the configuration names.</summary>
    /// <exception cref="ArgumentException">An entry is no origin.</exception>
    internal static OriginPolicy Parse(string[] texts) => texts is [var text] ? text.ToUpperInvariant() switch
    {
        "ANY" => Any,
        "SAMEHOST" => SameHost,
        "SAMEORIGIN" => SameOrigin,
        _ => Allow(text),
    }
    : Allow(texts);

    /// <param name="origin">The header's value; null when it is no origin, such as <c>null</c> and <c>file://</c>.</param>
    /// <param name="context">The request.</param>
    internal abstract bool Allows(Uri? origin, HttpContext context);
}
