using System.Buffers.Binary;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Cuts the frames of a server, which are not masked, out of what was received.</summary>
static class FrameScanner
{
    /// <summary>The next whole frame, which is taken off; false when there is none.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> data, out Opcode opcode, out bool isLast, out ReadOnlySpan<byte> body)
    {
        opcode = default;
        isLast = false;
        body = default;
        if (data.Length < 2) return false;
        var (head, length) = (2, (ulong)data[1]);
        if (length > 127) throw new InvalidDataException("A masked frame from a server.");
        if (length == 126)
        {
            if (data.Length < 4) return false;
            (head, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
        }
        else if (length == 127)
        {
            if (data.Length < 10) return false;
            (head, length) = (10, BinaryPrimitives.ReadUInt64BigEndian(data[2..]));
        }

        if ((ulong)(data.Length - head) < length) return false;
        opcode = (Opcode)(data[0] & 15);
        isLast = data[0] > 127;
        body = data.Slice(head, (int)length);
        data = data[(head + (int)length)..];
        return true;
    }
}
