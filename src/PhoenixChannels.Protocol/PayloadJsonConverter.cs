using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoenixChannels;

/// <summary>
/// Lets a payload stand inside a value that is sent or read: its JSON goes in and out as it is. Public because JSON source-generation
/// contexts of applications name it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PayloadJsonConverter : JsonConverter<Payload>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Payload.FromValidJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray(), options);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The payload is binary, or a value whose type the options do not know.</exception>
    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.IsBinary) throw new NotSupportedException("Binary data cannot stand inside a JSON value: send it as the whole payload.");
        writer.WriteRawValue(value.Encode(options).Bytes.Span, skipInputValidation: true);
    }
}
