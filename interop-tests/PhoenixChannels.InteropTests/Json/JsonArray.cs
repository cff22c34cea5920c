namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonArray(List<JsonValue> items) : JsonValue
{
    public List<JsonValue> Items { get; } = items;

    public override JsonKind Kind => JsonKind.Array;
}
