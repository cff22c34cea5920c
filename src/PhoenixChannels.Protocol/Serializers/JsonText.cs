using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PhoenixChannels.Serializers;

/// <summary>JSON as text: checked the way Elixir's Jason checks it, and strings written the way Jason writes them.</summary>
internal static class JsonText
{
    static readonly SearchValues<char> s_escaped = SearchValues.Create("\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    public static JsonReaderOptions ReaderOptions(int maxDepth) => new() { MaxDepth = maxDepth };

    /// <summary>Whether the text is one valid JSON value; the value comes without the white space around it.</summary>
    public static bool TryGetValue(ReadOnlyMemory<byte> utf8, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (!Utf8.IsValid(utf8.Span)) return false;
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, ReaderOptions(int.MaxValue));
            if (!reader.Read() || !TryReadValue(ref reader, utf8, out value)) return false;
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Passes over the value that the reader stands on, with the checks that <see cref="Utf8JsonReader"/> leaves out, and gives its
    /// text. The reader works on the memory's own span. False when a check fails; throws <see cref="JsonException"/> as the reader does.
    /// </summary>
    public static bool TryReadValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        while (true)
        {
            if (!IsSound(ref reader)) return false;
            if (reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName)) break;
            if (!reader.Read()) return false;
        }

        value = text[start..(int)reader.BytesConsumed];
        return true;
    }

    /// <summary>What <see cref="Utf8JsonReader"/> accepts and Jason does not: escaped lone surrogates, and numbers beyond a double's range.</summary>
    public static bool IsSound(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.PropertyName => !reader.ValueIsEscaped || SurrogatesArePaired(reader.ValueSpan),
        JsonTokenType.Number => IsFinite(reader.ValueSpan),
        _ => true,
    };

    static bool SurrogatesArePaired(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'\\'); at >= 0;)
        {
            var length = 2;
            if (text[at + 1] == 'u')
            {
                length = 6;
                var unit = Unit(text, at);
                if (char.IsLowSurrogate(unit)) return false;
                if (char.IsHighSurrogate(unit))
                {
                    if (at + 12 > text.Length || text[at + 6] != '\\' || text[at + 7] != 'u' || !char.IsLowSurrogate(Unit(text, at + 6))) return false;
                    length = 12;
                }
            }

            var next = text[(at + length)..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + length + next;
        }

        return true;
    }

    static char Unit(ReadOnlySpan<byte> text, int at) => Utf8Parser.TryParse(text.Slice(at + 2, 4), out ushort unit, out _, 'x') ? (char)unit : '\0';

    /// <summary>An integer may have any size; a number with a fraction or an exponent must fit a double.</summary>
    static bool IsFinite(ReadOnlySpan<byte> number) =>
        number.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 || (double.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var value) && double.IsFinite(value));

    /// <summary>A ref as it is compared and sent back: the text as it came, but null as nothing and strings without needless escapes.</summary>
    public static ReadOnlyMemory<byte> Reference(in Utf8JsonReader reader, ReadOnlyMemory<byte> text) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String when reader.ValueIsEscaped => Quote(reader.GetString()!),
        _ => text,
    };

    /// <summary>A ref that came as raw bytes, in the JSON form of a string. Bytes that are not UTF-8 stay as they are.</summary>
    public static byte[] QuoteBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0 || bytes.IndexOfAny((byte)'"', (byte)'\\') >= 0)
        {
            if (Utf8.IsValid(bytes)) return Quote(Encoding.UTF8.GetString(bytes));
        }

        var quoted = new byte[bytes.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        bytes.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    public static byte[] Quote(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 2);
        WriteString(output, text);
        return output.WrittenSpan.ToArray();
    }

    /// <summary><c>{"reason": reason}</c>.</summary>
    public static byte[] Reason(string reason)
    {
        var output = new ArrayBufferWriter<byte>(reason.Length + 14);
        output.Write("{\"reason\":"u8);
        WriteString(output, reason);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes a string with its quotes; only <c>"</c>, <c>\</c> and U+0000 to U+001F are escaped, everything else goes out raw.</summary>
    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        var rest = text.AsSpan();
        var escape = rest.IndexOfAny(s_escaped);
        if (escape < 0)
        {
            var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(rest.Length) + 2);
            span[0] = (byte)'"';
            var length = Encoding.UTF8.GetBytes(rest, span[1..]);
            span[length + 1] = (byte)'"';
            output.Advance(length + 2);
            return;
        }

        output.Write("\""u8);
        for (; escape >= 0; escape = rest.IndexOfAny(s_escaped))
        {
            WriteRaw(output, rest[..escape]);
            WriteEscape(output, rest[escape]);
            rest = rest[(escape + 1)..];
        }

        WriteRaw(output, rest);
        output.Write("\""u8);
    }

    static void WriteRaw(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty) Encoding.UTF8.GetBytes(text, output);
    }

    static void WriteEscape(IBufferWriter<byte> output, char c)
    {
        ReadOnlySpan<byte> escape = c switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\b' => "\\b"u8,
            '\f' => "\\f"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => default,
        };
        if (escape.IsEmpty)
        {
            output.Write("\\u00"u8);
            output.Write([(byte)(c < 0x10 ? '0' : '1'), "0123456789ABCDEF"u8[c & 15]]);
        }
        else
        {
            output.Write(escape);
        }
    }
}
