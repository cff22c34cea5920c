using System.Globalization;
using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>Reads a response from a stream and takes nothing of what follows it.</summary>
internal static class HttpResponseReader
{
    public static async Task<HttpResponse> ReadAsync(Stream stream, string method, CancellationToken cancellation)
    {
        var statusLine = await ReadLineAsync(stream, cancellation) ?? throw new WireException("closed without a response");
        if (statusLine is not ['H', 'T', 'T', 'P', '/', '1', '.', '0' or '1', ' ', _, _, _, ..]
            || !int.TryParse(statusLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new WireException("bad status line: " + statusLine);
        }

        var headers = new Dictionary<string, string>();
        while (await ReadLineAsync(stream, cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = line[..Math.Max(colon, 0)].ToLowerInvariant();
            var value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out var before) ? before + ", " + value : value;
        }

        var body = method == "HEAD" || status is < 200 or 204 or 304 ? [] : await ReadBodyAsync(stream, headers, cancellation);
        return new HttpResponse(status, headers, body);
    }

    static async Task<byte[]> ReadBodyAsync(Stream stream, Dictionary<string, string> headers, CancellationToken cancellation)
    {
        if (headers.GetValueOrDefault("transfer-encoding", "").Contains("chunked", StringComparison.OrdinalIgnoreCase))
            return await ReadChunksAsync(stream, cancellation);

        if (headers.TryGetValue("content-length", out var length))
        {
            var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, cancellation);
            return body;
        }

        using var untilTheEnd = new MemoryStream();
        await stream.CopyToAsync(untilTheEnd, cancellation);
        return untilTheEnd.ToArray();
    }

    static async Task<byte[]> ReadChunksAsync(Stream stream, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(stream, cancellation) ?? throw new EndOfStreamException("closed between chunks");
            var chunk = new byte[int.Parse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(chunk, cancellation);
            body.Write(chunk);
            await ReadLineAsync(stream, cancellation);
            if (chunk.Length == 0) return body.ToArray();
        }
    }

    static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) == 1)
        {
            if (one[0] != '\n') line.Append((char)one[0]);
            else return line.ToString().TrimEnd('\r');
        }

        return line.Length == 0 ? null : throw new EndOfStreamException($"closed in the middle of a line: {line}");
    }
}
