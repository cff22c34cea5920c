using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>How one of a transcript's clients connects.</summary>
internal sealed class ClientSpec
{
    ClientSpec(JsonObject json, string? vsn)
    {
        Path = (json.FindText("path") ?? "/socket/websocket") + QueryString(json, vsn);
        Method = json.FindText("method") ?? "GET";
        HttpVersion = json.FindText("http_version") ?? "1.1";
        Protocols = json.Texts("protocols");
        Headers = HeaderLines.Read(json.Find<JsonObject>("headers"));
        OmittedHeaders = json.Texts("omit_headers");
    }

    string Path { get; }

    string Method { get; }

    string HttpVersion { get; }

    IReadOnlyList<string> Protocols { get; }

    IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    IReadOnlyList<string> OmittedHeaders { get; }

    /// <param name="json">The client in the transcript.</param>
    /// <param name="vsn">The transcript's protocol version, for clients that have none of their own.</param>
    public static ClientSpec Read(JsonObject json, string? vsn) => new(json, vsn);

    public Handshake ToHandshake(Variables variables) => new()
    {
        Path = variables.Expand(Path),
        Method = Method,
        HttpVersion = HttpVersion,
        Protocols = Protocols,
        Headers = HeaderLines.Expand(Headers, variables),
        OmittedHeaders = OmittedHeaders,
    };

    static string QueryString(JsonObject json, string? vsn)
    {
        var query = new OrderedDictionary<string, string>(json.TextMembers("query"));
        var version = json.Has("vsn") ? json.FindText("vsn") : vsn;
        if (version is not null) query.TryAdd("vsn", version);

        var pairs = query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}");
        return query.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }
}
