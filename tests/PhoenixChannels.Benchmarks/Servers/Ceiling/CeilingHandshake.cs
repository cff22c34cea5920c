using System.Buffers;
using System.Security.Cryptography;
using System.Text;

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

        output.Write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        output.Write(Encoding.ASCII.GetBytes(Accept(Encoding.ASCII.GetString(key))));
        output.Write("\r\n\r\n"u8);
        buffer = buffer.Slice(end + 4);
        return true;
    }

    /// <summary>The answer to a key.</summary>
    public static string Accept(string key)
    {
#pragma warning disable CA5350 // The handshake of RFC 6455 is made with SHA-1.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
