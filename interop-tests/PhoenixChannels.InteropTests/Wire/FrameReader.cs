using System.Buffers.Binary;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>Reads frames as they come, legal or not.</summary>
internal static class FrameReader
{
    /// <summary>The next frame, or null at the end of the stream, be it between two frames or within one.</summary>
    public static async Task<Frame?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            var head = new byte[2];
            await stream.ReadExactlyAsync(head, cancellation);
            var masked = (head[1] & 0x80) != 0;
            var length = await ReadLengthAsync(stream, head[1] & 0x7f, cancellation);
            var key = new byte[masked ? 4 : 0];
            await stream.ReadExactlyAsync(key, cancellation);
            var payload = new byte[length];
            await stream.ReadExactlyAsync(payload, cancellation);
            return new Frame((Opcode)(head[0] & 0x0f), masked ? Frame.ApplyMask(payload, key) : payload)
            {
                Final = (head[0] & 0x80) != 0,
                Reserved = (head[0] >> 4) & 7,
                Masked = masked,
            };
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    static async Task<ulong> ReadLengthAsync(Stream stream, int shortLength, CancellationToken cancellation)
    {
        var size = shortLength switch { 126 => 2, 127 => 8, _ => 0 };
        var bytes = new byte[8];
        await stream.ReadExactlyAsync(bytes.AsMemory(8 - size), cancellation);
        return size == 0 ? (ulong)shortLength : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
