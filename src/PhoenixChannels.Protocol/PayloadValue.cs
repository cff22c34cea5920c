using System.Text.Json;

namespace PhoenixChannels;

/// <summary>A value on its way out, kept with its static type until the options to encode it with are known.</summary>
internal abstract class PayloadValue
{
    public abstract byte[] Encode(JsonSerializerOptions options);
}

internal sealed class PayloadValue<T>(T value) : PayloadValue
{
    public override byte[] Encode(JsonSerializerOptions options) =>
        value is IEncodable encodable ? encodable.Encode(options) : JsonSerializer.SerializeToUtf8Bytes(value, PayloadJson.TypeInfo<T>(options));
}
