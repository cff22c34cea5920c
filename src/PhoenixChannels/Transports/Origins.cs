using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>The <c>Origin</c> header.</summary>
internal static class Origins
{
    static volatile Parsed? s_last;

    /// <summary>Whether a policy lets the request pass. One without the header is from no browser.</summary>
    public static bool Allow(OriginPolicy policy, HttpContext context)
    {
        var header = context.Request.Headers.Origin;
        if (header.Count == 0) return true;
        return policy.Allows(header.Count == 1 ? Parse(header[0]) : null, context);
    }

    /// <summary>Host names by their ASCII form, without case. A trailing dot makes another name.</summary>
    public static bool SameHost(Uri a, Uri b) => a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The header in a form that a log may hold: what is no origin could hold anything.</summary>
    public static string Describe(HttpContext context) => context.Request.Headers.Origin is [{ } text] && Parse(text) is { } origin && origin.IdnHost.Length <= 255
        ? $"{origin.Scheme}://{origin.IdnHost}:{origin.Port}"
        : "(none that can be read)";

    /// <summary>Scheme, host and port, and nothing else: no browser sends more.</summary>
    static Uri? Parse(string? text)
    {
        // Clients come from a few pages, one after the other.
        if (s_last is { } last && last.Text == text) return last.Origin;
        var origin = ParseAnew(text);
        if (origin is not null) s_last = new(text!, origin);
        return origin;
    }

    static Uri? ParseAnew(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.PathAndQuery is "" or "/" && uri.Fragment.Length == 0 ? uri : null;

    sealed record Parsed(string Text, Uri Origin);
}
