using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Connections;

/// <summary>What <see cref="IBroadcaster.KickAsync"/> broadcasts on a socket's id: the topic to end.</summary>
internal static class KickRequest
{
    public const string Event = "phx_kick";

    public static Payload For(string topic) => Payload.FromValidJson((byte[])[.. "{\"topic\":"u8, .. JsonText.Quote(topic), (byte)'}']);

    public static bool TryReadTopic(in Payload payload, [NotNullWhen(true)] out string? topic)
    {
        topic = null;
        if (!payload.IsObject) return false;
        var reader = new Utf8JsonReader(payload.Bytes.Span, JsonText.ReaderOptions(int.MaxValue));
        while (reader.Read())
        {
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } || !reader.ValueTextEquals("topic"u8)) continue;
            reader.Read();
            topic = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            break;
        }

        return topic is not null;
    }
}
