using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoenixChannels.Presences;

/// <summary>Lets a list of presences stand inside a value that is sent.</summary>
internal sealed class PresenceMapJsonConverter : JsonConverter<PresenceMap>
{
    public override PresenceMap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Presences are sent, not received.");

    public override void Write(Utf8JsonWriter writer, PresenceMap value, JsonSerializerOptions options) =>
        writer.WriteRawValue(PresenceJson.Encode(value, options), skipInputValidation: true);
}
