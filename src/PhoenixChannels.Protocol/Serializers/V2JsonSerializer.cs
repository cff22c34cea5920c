using System.Buffers;
using System.Text.Json;

namespace PhoenixChannels.Serializers;

/// <summary>Phoenix's V2: arrays of <c>[join_ref, ref, topic, event, payload]</c> as text, and its binary format for binary payloads.</summary>
internal sealed class V2JsonSerializer : IChannelSerializer
{
    public string Versions => "~> 2.0.0";

    public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result)
    {
        if (binary) return BinaryFormat.TryDecode(message, out result);
        result = default;
        try
        {
            // The envelope itself is one level.
            var reader = new Utf8JsonReader(message.Span, JsonText.ReaderOptions(maxDepth + 1));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return false;
            if (!TryReference(ref reader, message, out var joinRef) || !TryReference(ref reader, message, out var reference)) return false;
            if (!TryName(ref reader, message, out var topic, out var topicJson) || !TryName(ref reader, message, out var name, out _)) return false;
            if (!NextElement(ref reader) || !JsonText.TryReadValue(ref reader, message, out var payload)) return false;

            // Phoenix takes the first five elements and ignores more.
            while (NextElement(ref reader))
                if (!JsonText.TryReadValue(ref reader, message, out _)) return false;
            if (reader.Read()) return false;
            result = new() { JoinRef = joinRef, Ref = reference, Topic = topic, TopicJson = topicJson, Event = name, Payload = Payload.FromValidJson(payload) };
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public bool Encode(in OutgoingMessage message, IBufferWriter<byte> output)
    {
        if (message.Payload.IsBinary)
        {
            BinaryFormat.Encode(message, output);
            return true;
        }

        output.Write("["u8);
        JsonEnvelope.WriteReference(output, message.JoinRef);
        output.Write(","u8);
        JsonEnvelope.WriteReference(output, message.Ref);
        output.Write(","u8);
        JsonEnvelope.WriteTopic(output, message);
        output.Write(","u8);
        JsonText.WriteString(output, message.Event);
        output.Write(","u8);
        JsonEnvelope.WritePayload(output, message);
        output.Write("]"u8);
        return false;
    }

    static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    static bool TryReference(ref Utf8JsonReader reader, ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> reference)
    {
        reference = default;
        if (!NextElement(ref reader) || !JsonText.TryReadValue(ref reader, message, out var text)) return false;
        reference = JsonText.Reference(reader, text);
        return true;
    }

    static bool TryName(ref Utf8JsonReader reader, ReadOnlyMemory<byte> message, out string? name, out ReadOnlyMemory<byte> json)
    {
        name = null;
        if (!NextElement(ref reader) || !JsonText.TryReadValue(ref reader, message, out json))
        {
            json = default;
            return false;
        }

        if (reader.TokenType == JsonTokenType.String) name = JsonEnvelope.ReadName(ref reader);
        if (name is not null) json = default;
        return true;
    }
}
