using System.Text;
using System.Text.Json;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Testing.Clients;

/// <summary>Reads what the server sends to a client of version 2.</summary>
internal static class ServerFrame
{
    static readonly V2JsonSerializer s_text = new();

    public static Received Read(EncodedFrame frame, JsonSerializerOptions json) => frame.IsBinary ? ReadBinary(frame.Message) : ReadText(frame.Message, json);

    static Received ReadText(ReadOnlyMemory<byte> text, JsonSerializerOptions json)
    {
        if (!s_text.TryDecode(text, binary: false, int.MaxValue - 1, out var message)) throw new InvalidOperationException($"The server sent what is no message of version 2: {Encoding.UTF8.GetString(text.Span)}");
        var (joinRef, reference, topic) = (Field(message.JoinRef), Field(message.Ref), message.Topic ?? Encoding.UTF8.GetString(message.TopicJson.Span));
        if (message.Event != ChannelEvents.Reply) return new(joinRef, reference, topic, message.Event ?? "", null, message.Payload.WithOptions(json));
        var (status, response) = ReadReply(message.Payload.Bytes);
        return new(joinRef, reference, topic, message.Event, status, Payload.FromValidJson(response, json));
    }

    static (string Status, ReadOnlyMemory<byte> Response) ReadReply(ReadOnlyMemory<byte> payload)
    {
        var (status, response) = ("", default(ReadOnlyMemory<byte>));
        var reader = new Utf8JsonReader(payload.Span, JsonText.ReaderOptions(int.MaxValue));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status"u8);
            reader.Read();
            if (isStatus) status = reader.GetString()!;
            else JsonText.TryReadValue(ref reader, payload, out response);
        }

        return (status, response);
    }

    static Received ReadBinary(ReadOnlyMemory<byte> bytes)
    {
        // Each kind has its fields: push join_ref, topic, event; reply join_ref, ref, topic, status; broadcast topic, event.
        var kind = bytes.Span[0];
        var fields = new string[kind switch { 0 => 3, 1 => 4, _ => 2 }];
        var at = 1 + fields.Length;
        for (var i = 0; i < fields.Length; i++)
        {
            int size = bytes.Span[1 + i];
            fields[i] = Encoding.UTF8.GetString(bytes.Span.Slice(at, size));
            at += size;
        }

        var data = Payload.Binary(bytes[at..]);
        return kind switch
        {
            0 => new(fields[0], null, fields[1], fields[2], null, data),
            1 => new(fields[0], fields[1], fields[2], ChannelEvents.Reply, fields[3], data),
            _ => new(null, null, fields[0], fields[1], null, data),
        };
    }

    /// <summary>A ref as this client sends them: digits in quotes.</summary>
    static string? Field(ReadOnlyMemory<byte> reference) => reference.IsEmpty ? null : Encoding.UTF8.GetString(reference.Span.Trim((byte)'"'));
}
