using System.Text.RegularExpressions;
using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The response headers that clients may rely on, each in the form in which it is compared.</summary>
internal static partial class HeaderContract
{
    static readonly string[] s_compared =
    [
        "sec-websocket-protocol", "sec-websocket-accept", "sec-websocket-extensions", "access-control-allow-origin",
        "access-control-allow-headers", "access-control-allow-methods", "access-control-max-age",
    ];

    /// <summary>Those of the actual response's headers, or of the recorded one's, that are to be equal.</summary>
    public static JsonObject Select(JsonObject headers, JsonObject recorded)
    {
        var selected = new JsonObject();
        foreach (var name in NamesFor(recorded))
        {
            if (headers.FindText(name) is { } value) selected[name] = new JsonString(Normalize(name, value));
        }

        return selected;
    }

    static IEnumerable<string> NamesFor(JsonObject recorded) =>
    [
        .. s_compared,
        .. recorded.Has("content-type") ? ["content-type"] : Array.Empty<string>(),
        .. recorded.FindText("cache-control") == "no-store" ? ["cache-control"] : Array.Empty<string>(),
        .. recorded.Has("upgrade") ? ["upgrade", "connection"] : Array.Empty<string>(),
    ];

    static string Normalize(string name, string value) => name switch
    {
        "content-type" => Blanks.Replace(value.ToLowerInvariant(), ""),
        "upgrade" or "connection" => value.ToLowerInvariant(),
        _ when name.StartsWith("access-control-allow-", StringComparison.Ordinal) => Comma.Replace(value.ToLowerInvariant(), ", "),
        _ => value,
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }

    [GeneratedRegex(@"\s*,\s*")]
    private static partial Regex Comma { get; }
}
