using System.Buffers;
using System.Text;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Testing.Clients;

/// <summary>What a client of version 2 sends.</summary>
internal static class ClientFrame
{
    public static byte[] Text(string? joinRef, string reference, string topic, string @event, ReadOnlyMemory<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("["u8);
        if (joinRef is null) output.Write("null"u8);
        else JsonText.WriteString(output, joinRef);
        foreach (var field in (ReadOnlySpan<string>)[reference, topic, @event])
        {
            output.Write(","u8);
            JsonText.WriteString(output, field);
        }

        output.Write(","u8);
        output.Write(payload.Span);
        output.Write("]"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="ArgumentException">The topic or the event is longer than 255 bytes.</exception>
    public static byte[] Binary(string? joinRef, string reference, string topic, string @event, ReadOnlyMemory<byte> data)
    {
        string[] fields = [joinRef ?? "", reference, topic, @event];
        byte[] sizes = [.. fields.Select(Size)];
        return [0, .. sizes, .. fields.SelectMany(Encoding.UTF8.GetBytes), .. data.Span];
    }

    static byte Size(string field)
    {
        var length = Encoding.UTF8.GetByteCount(field);
        return length <= BinaryFormat.MaxFieldLength ? (byte)length : throw new ArgumentException($"A binary message cannot carry a topic or an event of {length} bytes; {BinaryFormat.MaxFieldLength} is the most.");
    }
}
