namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonObject : JsonValue
{
    public OrderedDictionary<string, JsonValue> Members { get; } = new(StringComparer.Ordinal);

    public override JsonKind Kind => JsonKind.Object;

    public JsonValue this[string key]
    {
        set => Members[key] = value;
    }

    public bool Has(string key) => Members.ContainsKey(key);

    /// <summary>The member as the kind that is asked for; null when there is none, or when it is null.</summary>
    public T? Find<T>(string key)
        where T : JsonValue =>
        !Members.TryGetValue(key, out var value) || value is JsonNull ? null
            : value as T ?? throw new JsonFormatException($"{key} is no {typeof(T).Name} but {value}");

    public T Get<T>(string key)
        where T : JsonValue =>
        Find<T>(key) ?? throw new JsonFormatException($"there is no {key} in {this}");

    public string? FindText(string key) => Find<JsonString>(key)?.Value;

    public string GetText(string key) => Get<JsonString>(key).Value;

    public int? FindInteger(string key) => Find<JsonNumber>(key)?.ToInt32();

    public bool FindFlag(string key, bool otherwise = false) => Find<JsonBoolean>(key)?.Value ?? otherwise;

    public IReadOnlyList<string> Texts(string key) =>
        [.. (Find<JsonArray>(key)?.Items ?? []).Cast<JsonString>().Select(text => text.Value)];

    public IEnumerable<JsonObject> Objects(string key) => (Find<JsonArray>(key)?.Items ?? []).Cast<JsonObject>();

    public IReadOnlyDictionary<string, string> TextMembers(string key) =>
        (Find<JsonObject>(key)?.Members ?? []).ToDictionary(member => member.Key, member => ((JsonString)member.Value).Value);
}
