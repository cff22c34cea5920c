using System.Globalization;
using System.Text;

namespace PhoenixChannels.InteropTests.Json;

/// <summary>
/// The one text of a value: keys sorted by their UTF-16 code units, no blanks, only what must be escaped is.
/// The hashes of large frames in the transcripts are those of this text.
/// </summary>
internal static class JsonCanonical
{
    public static string Text(JsonValue value)
    {
        var text = new StringBuilder();

        // Text (string) and values that are still to be written, the next one on top: no recursion, any depth.
        var work = new Stack<object>([value]);
        while (work.TryPop(out var next))
        {
            switch (next)
            {
                case JsonArray array:
                    PushContainer(work, '[', array.Items.Select(item => new KeyValuePair<string, JsonValue>("", item)), ']');
                    break;
                case JsonObject obj:
                    PushContainer(work, '{', obj.Members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(WithQuotedKey), '}');
                    break;
                case JsonValue scalar:
                    text.Append(Scalar(scalar));
                    break;
                default:
                    text.Append((string)next);
                    break;
            }
        }

        return text.ToString();
    }

    static KeyValuePair<string, JsonValue> WithQuotedKey(KeyValuePair<string, JsonValue> member) => new(Quote(member.Key) + ":", member.Value);

    static void PushContainer(Stack<object> work, char start, IEnumerable<KeyValuePair<string, JsonValue>> entries, char end)
    {
        var parts = new List<object> { start.ToString() };
        foreach (var (prefix, value) in entries)
        {
            parts.Add(parts.Count == 1 ? prefix : "," + prefix);
            parts.Add(value);
        }

        parts.Add(end.ToString());
        for (var i = parts.Count - 1; i >= 0; i--) work.Push(parts[i]);
    }

    static string Scalar(JsonValue value) => value switch
    {
        JsonString text => Quote(text.Value),
        JsonNumber number => number.CanonicalText,
        JsonBoolean boolean => boolean.Value ? "true" : "false",
        _ => "null",
    };

    static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
