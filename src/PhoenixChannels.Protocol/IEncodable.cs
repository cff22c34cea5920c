using System.Text.Json;

namespace PhoenixChannels;

/// <summary>A value that encodes itself, whatever contracts the options know.</summary>
internal interface IEncodable
{
    byte[] Encode(JsonSerializerOptions options);
}
