using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>The upgrade by hand, whatever the path is.</summary>
static class CeilingHandshake
{
    const int MaxRequest = 16384;

    /// <summary>Takes the request off and writes the response, once all of the request is there.</summary>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> output)
    {
        if (buffer.Length > MaxRequest) throw new InvalidDataException("A long request.");
        var request = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        var end = request.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var name = "Sec-WebSocket-Key: "u8;
        var at = request[..end].IndexOf(name);
        if (at < 0) throw new InvalidDataException("No upgrade.");
        var key = request[(at + name.Length)..];
        key = key[..key.IndexOf((byte)'\r')];

        Span<byte> text = [.. key, .. "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes], accept = stackalloc byte[28];
#pragma warning disable CA5350 // The handshake of RFC 6455 is made with SHA-1.
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        Base64.EncodeToUtf8(hash, accept, out _, out _);
        output.Write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        output.Write(accept);
        output.Write("\r\n\r\n"u8);
        buffer = buffer.Slice(end + 4);
        return true;
    }
}
