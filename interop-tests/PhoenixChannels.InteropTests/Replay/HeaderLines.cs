using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A request's headers as transcripts write them: an array stands for several lines of one name.</summary>
internal static class HeaderLines
{
    public static IReadOnlyList<KeyValuePair<string, string>> Read(JsonObject? headers) =>
    [
        .. from header in headers?.Members ?? []
           from value in header.Value is JsonArray several ? several.Items : [header.Value]
           select KeyValuePair.Create(header.Key, ((JsonString)value).Value),
    ];

    public static IReadOnlyList<KeyValuePair<string, string>> Expand(IEnumerable<KeyValuePair<string, string>> headers, Variables variables) =>
        [.. headers.Select(header => KeyValuePair.Create(header.Key, variables.Expand(header.Value)))];
}
