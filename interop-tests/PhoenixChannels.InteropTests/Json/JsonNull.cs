namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonNull : JsonValue
{
    public static readonly JsonNull Value = new();

    JsonNull()
    {
    }

    public override JsonKind Kind => JsonKind.Null;
}
