using System.Text.Json;

namespace PhoenixChannels;

/// <summary>Options of <see cref="PubSub"/>.</summary>
public sealed class PubSubOptions
{
    /// <summary>How values are encoded; by default as in the web defaults (camelCase) without needless escapes.</summary>
    public JsonSerializerOptions Json { get; set; } = PayloadJson.Create();
}
