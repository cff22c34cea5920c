using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoenixChannels;

/// <summary>Lets a payload stand inside a value that is sent or read: its JSON goes in and out as it is.</summary>
internal sealed class PayloadJsonConverter : JsonConverter<Payload>
{
    public override bool HandleNull => true;

    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Payload.FromValidJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray(), options);
    }

    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
    {
        if (value.IsBinary) throw new NotSupportedException("Binary data cannot stand inside a JSON value: send it as the whole payload.");
        writer.WriteRawValue(value.Encode(options).Bytes.Span, skipInputValidation: true);
    }
}
