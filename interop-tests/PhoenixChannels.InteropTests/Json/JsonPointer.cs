using System.Globalization;

namespace PhoenixChannels.InteropTests.Json;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>The value that the pointer leads to, or null when it leads nowhere.</summary>
    public static JsonValue? Find(JsonValue value, string pointer)
    {
        JsonValue? at = value;
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescape))
        {
            at = at switch
            {
                JsonObject obj => obj.Members.GetValueOrDefault(step),
                JsonArray array when int.TryParse(step, CultureInfo.InvariantCulture, out var index) => array.Items.ElementAtOrDefault(index),
                _ => null,
            };
        }

        return at;
    }

    public static string Escape(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    static string Unescape(string key) => key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
