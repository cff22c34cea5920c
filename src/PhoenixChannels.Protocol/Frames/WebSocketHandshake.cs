using System.Security.Cryptography;
using System.Text;

namespace PhoenixChannels.Frames;

/// <summary>The key exchange of <see href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2">RFC 6455, 4.2.2</see>.</summary>
internal static class WebSocketHandshake
{
    const int KeyLength = 24;

    /// <summary>Whether it is the Base64 of 16 bytes.</summary>
    public static bool IsValidKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key is { Length: KeyLength } && Convert.TryFromBase64String(key, bytes, out var length) && length == 16;
    }

    /// <summary>The value of <c>Sec-WebSocket-Accept</c> for a valid key.</summary>
    public static string Accept(string key)
    {
        Span<byte> text = stackalloc byte[KeyLength + 36];
        Encoding.ASCII.GetBytes(key, text);
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.CopyTo(text[KeyLength..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The RFC asks for SHA-1; nothing is kept secret by it.
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
