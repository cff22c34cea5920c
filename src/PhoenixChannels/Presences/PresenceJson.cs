using System.Buffers;
using System.Text.Json;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Presences;

/// <summary>Presences as clients get them.</summary>
internal static class PresenceJson
{
    public static byte[] Encode(PresenceMap map, JsonSerializerOptions options)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, map, options);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Encode(PresenceDiff diff, JsonSerializerOptions options)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"joins\":"u8);
        Write(output, diff.Joins, options);
        output.Write(",\"leaves\":"u8);
        Write(output, diff.Leaves, options);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    static void Write(ArrayBufferWriter<byte> output, PresenceMap map, JsonSerializerOptions options)
    {
        var isFirst = true;
        output.Write("{"u8);
        foreach (var (key, entry) in map)
        {
            WriteSeparator(output, ref isFirst);
            JsonText.WriteString(output, key);
            output.Write(":{\"metas\":["u8);
            WriteMetas(output, entry);
            output.Write("]"u8);
            foreach (var (name, value) in entry.Values)
            {
                output.Write(","u8);
                JsonText.WriteString(output, name);
                output.Write(":"u8);
                WriteValue(output, value, options);
            }

            output.Write("}"u8);
        }

        output.Write("}"u8);
    }

    static void WriteMetas(ArrayBufferWriter<byte> output, PresenceEntry entry)
    {
        var isFirst = true;
        foreach (var meta in entry.Metas)
        {
            WriteSeparator(output, ref isFirst);
            output.Write(meta.Bytes.Span);
        }
    }

    static void WriteValue(ArrayBufferWriter<byte> output, Payload value, JsonSerializerOptions options)
    {
        if (value.IsBinary) throw new NotSupportedException("Binary data cannot stand beside presence metas.");
        output.Write(value.Encode(options).Bytes.Span);
    }

    static void WriteSeparator(ArrayBufferWriter<byte> output, ref bool isFirst)
    {
        if (!isFirst) output.Write(","u8);
        isFirst = false;
    }
}
