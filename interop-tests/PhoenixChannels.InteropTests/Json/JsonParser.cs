using System.Text;
using System.Text.Json;

namespace PhoenixChannels.InteropTests.Json;

/// <summary>
/// Reads strict JSON of any depth. Two members of one name in an object are an error: a server must not send them.
/// </summary>
internal static class JsonParser
{
    public static JsonValue Parse(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = int.MaxValue });
        var open = new Stack<JsonContainer>();
        try
        {
            JsonValue? whole = null;
            while (reader.Read())
            {
                var complete = Take(ref reader, open);
                if (complete is null) continue;

                if (open.TryPeek(out var container)) container.Add(complete);
                else whole = complete;
            }

            return whole ?? throw new JsonFormatException("there is no value");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new JsonFormatException(e.Message, e);
        }
    }

    /// <summary>Parses the text, or says in a JSON value why that was not possible.</summary>
    public static JsonValue ParseOrExplain(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (JsonFormatException e)
        {
            return new JsonObject { ["unparsable"] = new JsonString(text), ["why"] = new JsonString(e.Message) };
        }
    }

    /// <summary>One token: the value that is complete with it, if any.</summary>
    static JsonValue? Take(ref Utf8JsonReader reader, Stack<JsonContainer> open)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                open.Push(new JsonContainer(new JsonArray([])));
                return null;
            case JsonTokenType.StartObject:
                open.Push(new JsonContainer(new JsonObject()));
                return null;
            case JsonTokenType.PropertyName:
                open.Peek().Key = reader.GetString()!;
                return null;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                return open.Pop().Value;
            case JsonTokenType.String:
                return new JsonString(reader.GetString()!);
            case JsonTokenType.Number:
                return new JsonNumber(Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return JsonBoolean.True;
            case JsonTokenType.False:
                return JsonBoolean.False;
            default:
                return JsonNull.Value;
        }
    }
}
