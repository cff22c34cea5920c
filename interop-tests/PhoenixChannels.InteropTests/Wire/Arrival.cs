using System.Buffers.Binary;
using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>Something that came to a WebSocket client, and when.</summary>
/// <param name="Payload">The message, the control frame's payload, or the words of a protocol error.</param>
/// <param name="Timestamp">As <see cref="TimeProvider.GetTimestamp"/> gives it.</param>
internal sealed record Arrival(ArrivalKind Kind, ReadOnlyMemory<byte> Payload, long Timestamp)
{
    const int CodeAbsent = 1005;

    public string Text => Encoding.UTF8.GetString(Payload.Span);

    public int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload.Span) : CodeAbsent;

    public string CloseReason => Payload.Length > 2 ? Encoding.UTF8.GetString(Payload.Span[2..]) : "";
}
