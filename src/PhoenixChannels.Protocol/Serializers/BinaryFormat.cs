using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PhoenixChannels.Serializers;

/// <summary>
/// V2's binary messages: a kind, the sizes of the fields (one byte each), the fields, and the data up to the end.
/// Read from Phoenix's <c>V2.JSONSerializer</c>.
/// </summary>
internal static class BinaryFormat
{
    /// <summary>How many bytes a topic, event, ref or status may have in a binary message.</summary>
    public const int MaxFieldLength = 255;

    const byte PushKind = 0, ReplyKind = 1, BroadcastKind = 2;

    /// <summary>Clients send pushes alone: <c>0, join_ref size, ref size, topic size, event size</c>, then the fields.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> message, out IncomingMessage result)
    {
        result = default;
        var bytes = message.Span;
        if (bytes.Length < 5 || bytes[0] != PushKind) return false;
        int joinRef = bytes[1], reference = bytes[2], topic = bytes[3], name = bytes[4];
        if (bytes.Length < 5 + joinRef + reference + topic + name) return false;
        var fields = bytes[5..];
        var topicBytes = fields.Slice(joinRef + reference, topic);
        var nameBytes = fields.Slice(joinRef + reference + topic, name);

        // A topic that is not UTF-8 could not be answered in text. An event that is not has no handler.
        if (!Utf8.IsValid(topicBytes)) return false;
        result = new()
        {
            // There is no way to say null: an empty field is the empty string.
            JoinRef = JsonText.QuoteBytes(fields[..joinRef]),
            Ref = JsonText.QuoteBytes(fields.Slice(joinRef, reference)),
            Topic = NameCache.Get(topicBytes),
            Event = Utf8.IsValid(nameBytes) ? NameCache.Get(nameBytes) : null,
            Payload = Payload.Binary(message[(5 + joinRef + reference + topic + name)..]),
        };
        return true;
    }

    public static void Encode(in OutgoingMessage message, IBufferWriter<byte> output)
    {
        switch (message.Kind)
        {
            case OutgoingKind.Push:
                var pushJoinRef = Field(message.JoinRef);
                output.Write([PushKind, Size(pushJoinRef.Length), Size(message.Topic), Size(message.Event)]);
                output.Write(pushJoinRef);
                Encoding.UTF8.GetBytes(message.Topic, output);
                Encoding.UTF8.GetBytes(message.Event, output);
                break;
            case OutgoingKind.Reply:
                var joinRef = Field(message.JoinRef);
                var reference = Field(message.Ref);
                output.Write([ReplyKind, Size(joinRef.Length), Size(reference.Length), Size(message.Topic), Size(message.Status)]);
                output.Write(joinRef);
                output.Write(reference);
                Encoding.UTF8.GetBytes(message.Topic, output);
                Encoding.UTF8.GetBytes(message.Status, output);
                break;
            default:
                output.Write([BroadcastKind, Size(message.Topic), Size(message.Event)]);
                Encoding.UTF8.GetBytes(message.Topic, output);
                Encoding.UTF8.GetBytes(message.Event, output);
                break;
        }

        output.Write(message.Payload.Bytes.Span);
    }

    /// <summary>Whether a broadcast's topic and event fit the format.</summary>
    public static bool Fits(string topic, string @event) =>
        Encoding.UTF8.GetByteCount(topic) <= MaxFieldLength && Encoding.UTF8.GetByteCount(@event) <= MaxFieldLength;

    /// <summary>A ref as the field that carries it: a string without its quotes and escapes, a number or boolean as its text, null as nothing.</summary>
    static ReadOnlySpan<byte> Field(ReadOnlyMemory<byte> reference)
    {
        var json = reference.Span;
        if (json.IsEmpty) return json;
        if (json[0] is (byte)'{' or (byte)'[') throw new NotSupportedException("A binary message cannot carry a ref that is an object or an array.");
        if (json[0] != '"') return json;
        var inner = json[1..^1];
        return inner.Contains((byte)'\\') && Utf8.IsValid(inner) ? Encoding.UTF8.GetBytes(Unescape(json)) : inner;
    }

    static string Unescape(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString()!;
    }

    static byte Size(string text) => Size(Encoding.UTF8.GetByteCount(text));

    static byte Size(int length) => length <= MaxFieldLength
        ? (byte)length
        : throw new NotSupportedException($"A binary message cannot carry a topic, event, ref or status of {length} bytes; {MaxFieldLength} is the most.");
}
