using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>
/// The token that phoenix.js sends as a subprotocol: <c>base64url.bearer.phx.</c> and the token in Base64, which in spite of the name
/// is the standard alphabet without padding. Both alphabets are taken, padded or not. Over long poll it is a header.
/// </summary>
internal static class AuthToken
{
    const string Prefix = "base64url.bearer.phx.", LongPollHeader = "x-phoenix-authtoken";

    static readonly List<string> s_none = [];       // nobody adds to these

    /// <summary>The offered subprotocols. The first header line alone counts, as in Phoenix's server.</summary>
    public static List<string> Subprotocols(HttpRequest request) =>
        request.Headers.SecWebSocketProtocol is [{ } first, ..] ? [.. first.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : s_none;

    /// <summary>The token as it is sent over long poll, or null.</summary>
    public static string? OfLongPoll(HttpRequest request)
    {
        var header = request.Headers[LongPollHeader];
        return header.Count > 0 ? header[0] : null;
    }

    /// <summary>Takes the token out of the offered subprotocols. Of several none counts, as in Phoenix.</summary>
    /// <returns>False when the token is no Base64.</returns>
    public static bool TryTake(List<string> subprotocols, out string? token)
    {
        token = null;
        if (subprotocols.Count == 0) return true;
        var bearers = subprotocols.FindAll(protocol => protocol.StartsWith(Prefix, StringComparison.Ordinal));
        subprotocols.RemoveAll(bearers.Contains);
        if (bearers.Count != 1) return true;
        var text = bearers[0][Prefix.Length..].TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (!Base64Url.IsValid(text)) return false;
        token = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return true;
    }
}
