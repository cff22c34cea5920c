using System.Net;
using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>A request that is written as it is told to, be it valid or not.</summary>
internal sealed record HttpRequest(string Method, string Path)
{
    public string Version { get; init; } = "1.1";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Headers to leave out, also those that every request has.</summary>
    public IReadOnlyList<string> OmittedHeaders { get; init; } = [];

    public string? Body { get; init; }

    public byte[] ToBytes(IPEndPoint server)
    {
        var body = Encoding.UTF8.GetBytes(Body ?? "");
        var headers = Headers.ToList();
        if (!headers.Any(header => header.Key == "Host")) headers.Insert(0, new("Host", server.ToString()));

        if (Body is not null || Method is "POST" or "PUT" or "PATCH") headers.Add(new("Content-Length", $"{body.Length}"));

        var head = new StringBuilder($"{Method} {Path} HTTP/{Version}\r\n");
        foreach (var (name, value) in headers.Where(header => !OmittedHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            head.Append(name).Append(": ").Append(value).Append("\r\n");

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}
