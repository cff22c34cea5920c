using System.Security.Cryptography;
using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>The opening handshake of RFC 6455, with whatever is to be different about it.</summary>
internal sealed class Handshake
{
    const string ProtocolGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    public required string Path { get; init; }

    public string Method { get; init; } = "GET";

    public string HttpVersion { get; init; } = "1.1";

    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Headers to add, or to send in place of the usual ones.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public IReadOnlyList<string> OmittedHeaders { get; init; } = [];

    public HttpRequest Request => new(Method, Path)
    {
        Version = HttpVersion,
        Headers = [.. UsualHeaders().Where(usual => !Headers.Any(header => header.Key == usual.Key)), .. Headers],
        OmittedHeaders = OmittedHeaders,
    };

    /// <summary>The response with the accept header replaced by whether it is the right one.</summary>
    public HttpResponse Check(HttpResponse response)
    {
        const string name = "sec-websocket-accept";
        if (response.Status != 101 || !response.Headers.TryGetValue(name, out var accept)) return response;

#pragma warning disable CA5350 // RFC 6455 asks for SHA-1
        var right = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(_key + ProtocolGuid)));
#pragma warning restore CA5350
        return response with
        {
            Headers = new Dictionary<string, string>(response.Headers) { [name] = accept == right ? "<valid>" : "<INVALID>" },
        };
    }

    IEnumerable<KeyValuePair<string, string>> UsualHeaders()
    {
        yield return new("Connection", "Upgrade");
        yield return new("Upgrade", "websocket");
        yield return new("Sec-WebSocket-Version", "13");
        yield return new("Sec-WebSocket-Key", _key);
        if (Protocols.Count > 0) yield return new("Sec-WebSocket-Protocol", string.Join(", ", Protocols));
    }
}
