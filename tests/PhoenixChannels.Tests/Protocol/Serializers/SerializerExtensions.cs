using System.Buffers;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

static class SerializerExtensions
{
    public const int DefaultDepth = 1024;

    /// <summary>The message that a text decodes to, or null when it is malformed.</summary>
    public static IncomingMessage? Decode(this IChannelSerializer serializer, string text, int maxDepth = DefaultDepth) =>
        serializer.TryDecode(text.Utf8(), false, maxDepth, out var message) ? message : null;

    public static IncomingMessage? Decode(this IChannelSerializer serializer, byte[] binary) =>
        serializer.TryDecode(binary, true, DefaultDepth, out var message) ? message : null;

    public static string EncodeText(this IChannelSerializer serializer, OutgoingMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.That(serializer.Encode(message, output), Is.False, "A text message was expected.");
        return output.WrittenSpan.ToArray().Text();
    }

    public static byte[] EncodeBinary(this IChannelSerializer serializer, OutgoingMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.That(serializer.Encode(message, output), Is.True, "A binary message was expected.");
        return output.WrittenSpan.ToArray();
    }

    public static OutgoingMessage Reply(string? joinRef, string? reference, string topic, string status, Payload payload) =>
        OutgoingMessage.Reply(Ref(joinRef), Ref(reference), topic, status, payload);

    public static OutgoingMessage Push(string? joinRef, string? reference, string topic, string name, Payload payload) =>
        OutgoingMessage.Push(Ref(joinRef), Ref(reference), topic, name, payload);

    public static OutgoingMessage Broadcast(string topic, string name, Payload payload) =>
        OutgoingMessage.Broadcast(new(topic, name, payload));

    static ReadOnlyMemory<byte> Ref(string? json) => json is null ? default : json.Utf8();
}
