using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using PhoenixChannels.Presences;

namespace PhoenixChannels;

/// <summary>Lets a list of presences stand inside a value that is sent. Public because JSON source-generation contexts of applications name it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PresenceMapJsonConverter : JsonConverter<PresenceMap>
{
    /// <exception cref="NotSupportedException">Always: presences are sent, not received.</exception>
    public override PresenceMap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Presences are sent, not received.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PresenceMap value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(PresenceJson.Encode(value, options), skipInputValidation: true);
    }
}
