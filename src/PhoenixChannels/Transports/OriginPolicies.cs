using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

internal sealed class AnyOriginPolicy : OriginPolicy
{
    internal override bool Allows(Uri? origin, HttpContext context) => true;
}

internal sealed class CustomOriginPolicy(Func<Uri, HttpContext, bool> allows) : OriginPolicy
{
    internal override bool Allows(Uri? origin, HttpContext context) => origin is not null && allows(origin, context);
}

/// <summary>Compares with what the request was sent to.</summary>
internal sealed class RequestOriginPolicy(bool exactly) : OriginPolicy
{
    internal override bool Allows(Uri? origin, HttpContext context)
    {
        var request = context.Request;
        if (origin is null || !request.Host.HasValue || !Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var own)) return false;
        if (!Origins.SameHost(origin, own)) return false;
        return !exactly || (origin.Scheme == own.Scheme && origin.Port == own.Port);
    }
}

/// <summary>Compares with a list, in the forms that Phoenix has.</summary>
internal sealed class ListedOriginPolicy : OriginPolicy
{
    readonly List<(string? Scheme, string Host, bool WithSubdomains, int? Port)> _entries = [];

    public ListedOriginPolicy(string[] origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        if (origins.Length == 0) throw new ArgumentException("The list of origins is empty: name at least one, or choose another policy.", nameof(origins));
        foreach (var origin in origins) _entries.Add(Parse(origin));
    }

    internal override bool Allows(Uri? origin, HttpContext context)
    {
        if (origin is null) return false;
        foreach (var (scheme, host, withSubdomains, port) in _entries)
        {
            if (scheme is not null && scheme != origin.Scheme) continue;
            if (port is not null && port != origin.Port) continue;
            var name = origin.IdnHost;
            if (name.Equals(host, StringComparison.OrdinalIgnoreCase)) return true;

            // The dot keeps evilexample.com from passing for *.example.com.
            if (withSubdomains && name.Length > host.Length && name[^(host.Length + 1)] == '.' && name.EndsWith(host, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    static (string? Scheme, string Host, bool WithSubdomains, int? Port) Parse(string origin)
    {
        const string wildcard = "//*.";
        ArgumentNullException.ThrowIfNull(origin);
        var slashes = origin.IndexOf("//", StringComparison.Ordinal);
        var withSubdomains = slashes >= 0 && origin.AsSpan(slashes).StartsWith(wildcard);
        var hasScheme = slashes > 0;
        var plain = withSubdomains ? origin.Remove(slashes + 2, 2) : origin;
        if (slashes < 0 || !Uri.TryCreate(hasScheme ? plain : "any:" + plain, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery.Length > 1)
            throw new ArgumentException($"'{origin}' is no origin. Write 'https://example.com', '//example.com:888' or '//*.example.com'.", nameof(origin));
        return (hasScheme ? uri.Scheme : null, uri.IdnHost, withSubdomains, hasScheme || !uri.IsDefaultPort ? uri.Port : null);
    }
}
