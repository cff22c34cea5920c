using System.Buffers;
using System.Text;

namespace PhoenixChannels.Tracking;

/// <summary>Writes the parts of a message: numbers as LEB128, text and bytes behind their length.</summary>
internal sealed class TrackerWriter
{
    readonly ArrayBufferWriter<byte> _buffer = new();
    readonly Dictionary<string, int> _topics = [];

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Number(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _buffer.Advance(length);
    }

    public void Number(long value) => Number((ulong)value);

    public void Text(string text)
    {
        Number(Encoding.UTF8.GetByteCount(text));
        _buffer.Advance(Encoding.UTF8.GetBytes(text, _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        _buffer.Write(bytes);
    }

    /// <summary>A topic is written once in a message and is a number afterwards; the number that would be next announces a new one.</summary>
    public void Topic(string topic)
    {
        if (_topics.TryGetValue(topic, out var number))
        {
            Number(number);
            return;
        }

        Number(_topics.Count);
        _topics.Add(topic, _topics.Count);
        Text(topic);
    }

    public void Replica(ReplicaId id)
    {
        Text(id.Name);
        Number(id.Incarnation);
    }
}
