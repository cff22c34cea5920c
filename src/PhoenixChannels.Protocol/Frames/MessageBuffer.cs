using System.Buffers;
using System.Buffers.Binary;

namespace PhoenixChannels.Frames;

/// <summary>What a serializer writes a message into; one per thread, with room for the frame's header in front.</summary>
internal sealed class MessageBuffer : IBufferWriter<byte>
{
    const int HeaderRoom = 10, InitialSize = 1024, LargestKept = 64 * 1024, LargestRented = 1024;

    [ThreadStatic]
    static MessageBuffer? t_free;

    byte[] _buffer = new byte[InitialSize];
    int _end = HeaderRoom;

    /// <summary>Encodes one message as a finished frame.</summary>
    /// <param name="serializer">What writes it.</param>
    /// <param name="message">The message.</param>
    /// <param name="forOne">Whether it has one receiver only, so that its memory can be used again once it is sent.</param>
    public static EncodedFrame Encode(IChannelSerializer serializer, in OutgoingMessage message, bool forOne = false)
    {
        // Out of the field while in use: a serializer that sends something itself gets another one.
        var buffer = t_free ?? new();
        t_free = null;
        buffer._end = HeaderRoom;
        try
        {
            var binary = serializer.Encode(message, buffer);
            return buffer.ToFrame(binary ? FrameOpcode.Binary : FrameOpcode.Text, forOne);
        }
        finally
        {
            if (buffer._buffer.Length <= LargestKept) t_free = buffer;
        }
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_end);
    }

    void Grow(int sizeHint)
    {
        var needed = _end + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length) Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
    }

    EncodedFrame ToFrame(FrameOpcode opcode, bool forOne)
    {
        var length = _end - HeaderRoom;
        var start = HeaderRoom - (length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10);
        _buffer[start] = (byte)(0x80 | (byte)opcode);
        switch (HeaderRoom - start)
        {
            case 2:
                _buffer[start + 1] = (byte)length;
                break;
            case 4:
                _buffer[start + 1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(start + 2), (ushort)length);
                break;
            default:
                _buffer[start + 1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(_buffer.AsSpan(start + 2), (ulong)length);
                break;
        }

        var size = _end - start;
        var isRented = forOne && size <= LargestRented;
        var frame = isRented ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _buffer.AsSpan(start, size).CopyTo(frame);
        return new(frame, size, isRented);
    }
}
