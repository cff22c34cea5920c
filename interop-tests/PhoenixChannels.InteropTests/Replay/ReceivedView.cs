using System.Security.Cryptography;
using System.Text;
using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>
/// Received items as they are compared: JSON texts parsed, long messages by their hash.
/// </summary>
internal static class ReceivedView
{
    /// <summary>Texts and base64 longer than this are in the transcripts by their hash.</summary>
    const int Long = 16384;

    const int HeadOfLongBinary = 60;

    public static JsonObject Of(Arrival arrival) => arrival.Kind switch
    {
        ArrivalKind.Text => OfText(arrival.Text),
        ArrivalKind.Binary => OfBinary(arrival.Payload.Span),
        ArrivalKind.Ping => new() { ["ping"] = Base64(arrival.Payload.Span) },
        ArrivalKind.Pong => new() { ["pong"] = new JsonString(arrival.Text) },
        ArrivalKind.Closed => new()
        {
            ["closed"] = new JsonObject { ["code"] = new JsonNumber(arrival.CloseCode), ["reason"] = new JsonString(arrival.CloseReason) },
        },
        ArrivalKind.Lost => new() { ["lost"] = new JsonString("the connection ended without a Close frame") },
        _ => new() { ["protocol_error"] = new JsonString(arrival.Text) },
    };

    /// <summary>The view of an item in a transcript.</summary>
    public static JsonObject Of(JsonObject recorded)
    {
        if (recorded.FindText("recv") is { } text) return new JsonObject { ["recv"] = JsonParser.ParseOrExplain(text) };

        return recorded.Find<JsonObject>("recv_large") is { } large ? LargeText(large.GetText("canonical_sha256")) : recorded;
    }

    static JsonObject OfText(string text)
    {
        var value = JsonParser.ParseOrExplain(text);
        return text.Length > Long
            ? LargeText(Sha256(Encoding.UTF8.GetBytes(JsonCanonical.Text(value))))
            : new JsonObject { ["recv"] = value };
    }

    static JsonObject LargeText(string hash) => new()
    {
        ["recv_large"] = new JsonObject { ["canonical_sha256"] = new JsonString(hash) },
    };

    static JsonObject OfBinary(ReadOnlySpan<byte> data)
    {
        var base64 = Base64(data);
        return base64.Value.Length <= Long
            ? new JsonObject { ["recv_binary"] = base64 }
            : new JsonObject
            {
                ["recv_binary_large"] = new JsonObject
                {
                    ["bytes"] = new JsonNumber(data.Length),
                    ["sha256"] = new JsonString(Sha256(data)),
                    ["head"] = Base64(data[..HeadOfLongBinary]),
                },
            };
    }

    static JsonString Base64(ReadOnlySpan<byte> data) => new(Convert.ToBase64String(data));

    static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));
}
