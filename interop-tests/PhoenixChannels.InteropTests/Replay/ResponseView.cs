using System.Text;
using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>
/// Responses as they are compared: a JSON body parsed, and the messages of a long poll in it as well.
/// </summary>
internal static class ResponseView
{
    static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static JsonObject Of(HttpResponse response)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in response.Headers) headers[name] = new JsonString(value);

        var view = new JsonObject { ["status"] = new JsonNumber(response.Status), ["headers"] = headers };
        try
        {
            view["body"] = new JsonString(s_strictUtf8.GetString(response.Body.Span));
        }
        catch (DecoderFallbackException)
        {
            view["body_b64"] = new JsonString(Convert.ToBase64String(response.Body.Span));
        }

        return Of(view);
    }

    /// <summary>The view of a response in a transcript.</summary>
    public static JsonObject Of(JsonObject recorded)
    {
        var isJson = recorded.Get<JsonObject>("headers").FindText("content-type")?.Contains("json", StringComparison.Ordinal) ?? false;
        if (!isJson || recorded.FindText("body") is not { Length: > 0 } text) return recorded;

        var body = JsonParser.ParseOrExplain(text);
        if (body is JsonObject poll && poll.Members.GetValueOrDefault("messages") is JsonArray messages)
            poll["messages"] = new JsonArray([.. messages.Items.Select(ParseMessage)]);

        var view = new JsonObject();
        foreach (var (name, value) in recorded.Members) view[name] = name == "body" ? body : value;

        return view;
    }

    static JsonValue ParseMessage(JsonValue message) =>
        message is JsonString { Value: ['[' or '{', ..] text } ? JsonParser.ParseOrExplain(text) : message;
}
