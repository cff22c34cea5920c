using System.Text.Json;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>
/// A frame as JavaPhoenixClient 1.3.1 takes it apart: the head is cut at its first four commas and loses its quotes; only what is left, less its
/// last character, is given to a JSON parser.
/// </summary>
internal sealed record JavaPhoenixMessage(string? JoinRef, string Ref, string Topic, string Event, JsonElement Payload)
{
    public string? Status => Payload.TryGetProperty("status", out var status) ? status.GetString() : null;

    public static JavaPhoenixMessage Parse(string frame)
    {
        var rest = frame[1..];
        var joinRef = Cut(ref rest);
        var reference = Cut(ref rest);
        var topic = Cut(ref rest);
        var name = Cut(ref rest);
        var payload = JsonDocument.Parse(rest[..^1]).RootElement;
        Assert.That(payload.ValueKind, Is.EqualTo(JsonValueKind.Object), $"the payload of {frame}");
        return new(Value(joinRef), Value(reference) ?? "", Value(topic) ?? "", Value(name) ?? "", payload);
    }

    static string Cut(ref string rest)
    {
        var comma = rest.IndexOf(',', StringComparison.Ordinal);
        var piece = rest[..comma];
        rest = rest[(comma + 1)..];
        return piece;
    }

    static string? Value(string piece) => piece == "null" ? null : piece.Replace("\"", "", StringComparison.Ordinal);
}
