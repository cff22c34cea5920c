using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace PhoenixChannels.Serializers;

/// <summary>The parts that V1's and V2's text have in common.</summary>
internal static class JsonEnvelope
{
    public static string ReadName(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? reader.GetString()! : NameCache.Get(reader.ValueSpan);

    /// <exception cref="NotSupportedException">The ref came in binary and is not UTF-8: text cannot carry it.</exception>
    public static void WriteReference(IBufferWriter<byte> output, ReadOnlyMemory<byte> reference)
    {
        if (reference.IsEmpty)
        {
            output.Write("null"u8);
            return;
        }

        if (!Utf8.IsValid(reference.Span)) throw new NotSupportedException("The ref is not UTF-8, and a text message cannot carry it.");
        output.Write(reference.Span);
    }

    public static void WriteTopic(IBufferWriter<byte> output, in OutgoingMessage message)
    {
        if (message.TopicJson.IsEmpty) JsonText.WriteString(output, message.Topic);
        else output.Write(message.TopicJson.Span);
    }

    public static void WritePayload(IBufferWriter<byte> output, in OutgoingMessage message)
    {
        if (message.Kind != OutgoingKind.Reply)
        {
            output.Write(message.Payload.Bytes.Span);
            return;
        }

        output.Write("{\"response\":"u8);
        output.Write(message.Payload.Bytes.Span);
        output.Write(",\"status\":"u8);
        JsonText.WriteString(output, message.Status);
        output.Write("}"u8);
    }
}
