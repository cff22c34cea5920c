namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonString(string value) : JsonValue
{
    public string Value { get; } = value;

    public override JsonKind Kind => JsonKind.String;
}
