using System.Buffers;
using System.Text.Json;

namespace PhoenixChannels.Serializers;

/// <summary>Phoenix's V1: objects with <c>topic</c>, <c>event</c>, <c>payload</c> and <c>ref</c>, all four required; <c>join_ref</c> is read and never written.</summary>
internal sealed class V1JsonSerializer : IChannelSerializer
{
    public string Versions => "~> 1.0.0";

    /// <summary>JSON in a binary frame is read, too; it is answered in text.</summary>
    public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result)
    {
        result = default;
        if (binary && !System.Text.Unicode.Utf8.IsValid(message.Span)) return false;
        try
        {
            // The envelope itself is one level.
            var reader = new Utf8JsonReader(message.Span, JsonText.ReaderOptions(maxDepth + 1));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            ReadOnlyMemory<byte> joinRef = default, reference = default, topicJson = default, payload = default;
            string? topic = null, name = null;
            var seen = Keys.None;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!JsonText.IsSound(ref reader)) return false;
                var key = KeyOf(ref reader);
                if (!reader.Read() || !JsonText.TryReadValue(ref reader, message, out var value)) return false;

                // Of two equal keys the first one counts, as Jason has it.
                if ((seen & key) != 0) continue;
                seen |= key;
                switch (key)
                {
                    case Keys.JoinRef: joinRef = JsonText.Reference(reader, value); break;
                    case Keys.Ref: reference = JsonText.Reference(reader, value); break;
                    case Keys.Payload: payload = value; break;
                    case Keys.Event: name = reader.TokenType == JsonTokenType.String ? JsonEnvelope.ReadName(ref reader) : null; break;
                    case Keys.Topic when reader.TokenType == JsonTokenType.String: topic = JsonEnvelope.ReadName(ref reader); break;
                    case Keys.Topic: topicJson = value; break;
                }
            }

            if (reader.Read() || (seen & Keys.Required) != Keys.Required) return false;
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
        if (message.Payload.IsBinary) throw new NotSupportedException("Version 1 of the protocol cannot carry binary data.");
        output.Write("{\"event\":"u8);
        JsonText.WriteString(output, message.Event);
        output.Write(",\"payload\":"u8);
        JsonEnvelope.WritePayload(output, message);
        output.Write(",\"ref\":"u8);
        JsonEnvelope.WriteReference(output, message.Ref);
        output.Write(",\"topic\":"u8);
        JsonEnvelope.WriteTopic(output, message);
        output.Write("}"u8);
        return false;
    }

    static Keys KeyOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("topic"u8)) return Keys.Topic;
        if (reader.ValueTextEquals("event"u8)) return Keys.Event;
        if (reader.ValueTextEquals("payload"u8)) return Keys.Payload;
        if (reader.ValueTextEquals("ref"u8)) return Keys.Ref;
        return reader.ValueTextEquals("join_ref"u8) ? Keys.JoinRef : Keys.None;
    }

    [Flags]
    enum Keys
    {
        None = 0,
        Topic = 1,
        Event = 2,
        Payload = 4,
        Ref = 8,
        JoinRef = 16,
        Required = Topic | Event | Payload | Ref,
    }
}
