using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace PhoenixChannels.Presences;

/// <summary>
/// A meta as it is tracked: the application's object with <c>phx_ref</c> in front, which names this very meta, and <c>phx_ref_prev</c> when it
/// replaces another. What the application, or a client through it, has put under these names is dropped.
/// </summary>
internal static class PresenceMeta
{
    /// <summary>12 bytes in URL-safe Base64.</summary>
    const int RefLength = 16, RefBytes = 12;

    /// <summary>Every meta begins with it.</summary>
    static ReadOnlySpan<byte> Start => "{\"phx_ref\":\""u8;

    /// <param name="meta">An encoded JSON object.</param>
    /// <param name="replaced">The meta that this one replaces; empty for none.</param>
    /// <exception cref="ArgumentException">The meta is no JSON object.</exception>
    public static byte[] Create(in Payload meta, ReadOnlySpan<byte> replaced)
    {
        Check(meta);
        var output = new ArrayBufferWriter<byte>(meta.Bytes.Length + 64);
        output.Write(Start);
        Span<byte> random = stackalloc byte[RefBytes];
        RandomNumberGenerator.Fill(random);
        Base64Url.EncodeToUtf8(random, output.GetSpan(RefLength), out _, out var written);
        output.Advance(written);
        output.Write("\""u8);
        if (!replaced.IsEmpty)
        {
            output.Write(",\"phx_ref_prev\":\""u8);
            output.Write(RefOf(replaced));
            output.Write("\""u8);
        }

        WriteMembers(output, meta.Bytes);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="ArgumentException">The meta is no JSON object.</exception>
    public static void Check(in Payload meta)
    {
        if (!meta.IsObject) throw new ArgumentException("A presence's meta is a JSON object: wrap the value, as in new { value }.");
    }

    /// <summary>The <c>phx_ref</c> of a meta that <see cref="Create"/> has made.</summary>
    public static ReadOnlySpan<byte> RefOf(ReadOnlySpan<byte> meta) => meta.Slice(Start.Length, RefLength);

    /// <summary>The object's members as they are, each behind a comma.</summary>
    static void WriteMembers(ArrayBufferWriter<byte> output, ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, Serializers.JsonText.ReaderOptions(int.MaxValue));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOurs = reader.ValueTextEquals("phx_ref"u8) || reader.ValueTextEquals("phx_ref_prev"u8);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            if (isOurs) continue;
            output.Write(","u8);
            output.Write(json.Span[start..(int)reader.BytesConsumed]);
        }
    }
}
