using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PhoenixChannels.Transports;

/// <summary>Reads the messages of a request: all of them, within the bounds, before any is taken.</summary>
internal static class LongPollBody
{
    /// <summary>0 and the messages; 413 beyond a bound; 400 for a line that is neither JSON text nor Base64, and for a body that is cut short.</summary>
    public static async Task<(int Status, List<LongPollMessage> Messages)> ReadAsync(HttpRequest request, LongPollTransportOptions options, CancellationToken cancellationToken)
    {
        byte[]? body;
        try
        {
            body = await ReadBytesAsync(request, options.MaxRequestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest, []);
        }

        if (body is null) return (StatusCodes.Status413PayloadTooLarge, []);
        if (IsNewlineDelimited(request)) return ReadLines(body, options);

        // phoenix.js before 1.7: the body is one message, whatever it calls itself.
        return body.Length > options.MaxMessageSize ? (StatusCodes.Status413PayloadTooLarge, []) : (0, [new(body, IsBinary: false)]);
    }

    /// <summary>The media type decides; its parameters do not matter.</summary>
    static bool IsNewlineDelimited(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase);

    static (int Status, List<LongPollMessage> Messages) ReadLines(byte[] body, LongPollTransportOptions options)
    {
        var messages = new List<LongPollMessage>();
        var rest = body.AsSpan();
        while (!rest.IsEmpty || messages.Count == 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (messages.Count == options.MaxRequestMessages) return (StatusCodes.Status413PayloadTooLarge, []);
            if (!TryRead(line, out var message)) return (StatusCodes.Status400BadRequest, []);
            if (message.Bytes.Length > options.MaxMessageSize) return (StatusCodes.Status413PayloadTooLarge, []);
            messages.Add(message);
        }

        return (0, messages);
    }

    /// <summary>A line that begins with <c>[</c> is text, any other Base64 of a binary message.</summary>
    static bool TryRead(ReadOnlySpan<byte> line, out LongPollMessage message)
    {
        if (line is [(byte)'[', ..])
        {
            message = new(line.ToArray(), IsBinary: false);
            return true;
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        var isBase64 = Base64.DecodeFromUtf8(line, bytes, out _, out var written) == OperationStatus.Done;
        message = new(bytes.AsSpan(0, written).ToArray(), IsBinary: true);
        return isBase64;
    }

    /// <summary>The whole body, or null when it is too large. The buffer grows with what arrives.</summary>
    static async Task<byte[]?> ReadBytesAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most) return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length > most)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
