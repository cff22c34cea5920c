using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class JsonTextTests
{
    /// <summary>Strings in which what matters to JSON is frequent; lone surrogates among them.</summary>
    static readonly Gen<string> s_text = Gen.OneOf(Gen.Char, Gen.Char['\0', '\u00ff'], Gen.OneOf('"', '\\', '/', '\n', '\u001f', '\u2028', '\ud83d', '\ude00')).Array[0, 60].Select(c => new string(c));

    [Test]
    public void A_quoted_string_reads_back_as_itself() => s_text.Sample(text =>
    {
        var reader = new Utf8JsonReader(JsonText.Quote(text));
        return reader.Read() && reader.GetString() == text.Utf8().Text() && !reader.Read();
    }, iter: 2000);

    [Test]
    public void Only_quotes_backslashes_and_control_characters_are_escaped() => s_text.Sample(text =>
        JsonText.Quote(text).Text() == "\"" + string.Concat(text.Utf8().Text().Select(Escaped)) + "\"", iter: 2000);

    [Test]
    public void A_reason_is_an_object_with_one_string() =>
        Assert.That(JsonText.Reason("a \"b\"\u001b/é").Text(), Is.EqualTo("""{"reason":"a \"b\"\u001B/é"}"""));

    [Test]
    public void Long_strings_are_written_into_a_writer_that_has_little_room()
    {
        var text = ("é" + "\n".Repeat(3)).Repeat(20_000);
        var output = new ArrayBufferWriter<byte>(1);
        JsonText.WriteString(output, text);
        var reader = new Utf8JsonReader(output.WrittenSpan);
        Assert.That(reader.Read(), Is.True);
        Assert.That(reader.GetString(), Is.EqualTo(text));
    }

    [Test]
    public void A_value_is_accepted_exactly_when_an_independent_reader_finds_it_sound() =>
        Gen.OneOf("{", "}", "[", "]", ",", ":", "\"a\"", "\"b\":", "{\"k\":", "1", "-", "0", ".5", "e", "E+", "308", "309", "\"", "\\", "\\u", "d83d", "de00", "\\ud800", "\\udc00", "\\n", "true", "null", " ", "\n", "x")
            .Array[1, 12].Select(string.Concat).Sample(json => JsonText.TryGetValue(json.Utf8(), out _) == IsSound(json), iter: 20_000);

    [Test]
    public void The_value_comes_without_the_white_space_around_it()
    {
        Assert.That(JsonText.TryGetValue(" \r\n\t[ 1 ] \n"u8.ToArray(), out var value), Is.True);
        Assert.That(value.Text(), Is.EqualTo("[ 1 ]"));
    }

    [Test]
    public void Bytes_that_are_not_utf8_are_no_value() =>
        Assert.That(JsonText.TryGetValue(new byte[] { (byte)'"', 0xc3, (byte)'"' }, out _), Is.False);

    static string Escaped(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => $"\\u{(int)c:X4}",
        _ => c.ToString(),
    };

    static bool IsSound(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return IsSound(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The document's strings are read late, and a lone surrogate shows only then.
            return false;
        }
    }

    static bool IsSound(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(property => property.Name is not null && IsSound(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(IsSound),
        JsonValueKind.String => element.GetString() is not null,
        JsonValueKind.Number => double.IsFinite(double.Parse(element.GetRawText(), CultureInfo.InvariantCulture)),
        _ => true,
    };
}
