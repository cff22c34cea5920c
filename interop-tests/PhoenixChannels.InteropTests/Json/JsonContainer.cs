namespace PhoenixChannels.InteropTests.Json;

/// <summary>An array or object whose end has not been read yet.</summary>
internal sealed class JsonContainer(JsonValue value)
{
    public JsonValue Value { get; } = value;

    /// <summary>The name of the member whose value comes next.</summary>
    public string Key { get; set; } = "";

    public void Add(JsonValue item)
    {
        if (Value is JsonArray array) array.Items.Add(item);
        else if (!((JsonObject)Value).Members.TryAdd(Key, item)) throw new JsonFormatException($"duplicate key \"{Key}\"");
    }
}
