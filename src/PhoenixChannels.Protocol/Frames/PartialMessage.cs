using System.Buffers;

namespace PhoenixChannels.Frames;

/// <summary>
/// A message that is not whole yet: fragmented, or too large to wait in the transport's buffers. Its buffer is pooled and grows with
/// what has really arrived, so that announcing a large frame costs the server nothing.
/// </summary>
internal sealed class PartialMessage(FrameOpcode opcode)
{
    byte[] _buffer = [];
    uint _mask;

    public FrameOpcode Opcode => opcode;

    public bool IsLastFrame { get; private set; }

    /// <summary>Bytes received so far, of all frames.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that the current frame still lacks.</summary>
    public int Remaining { get; private set; }

    public int Fragments { get; private set; }

    public void Begin(in FrameHeader header)
    {
        Fragments++;
        IsLastFrame = header.IsFinal;
        Remaining = (int)header.Length;
        _mask = header.Mask;
    }

    /// <summary>Takes what there is of the current frame off the input.</summary>
    public void Take(ref ReadOnlySequence<byte> input)
    {
        var count = (int)Math.Min(Remaining, input.Length);
        Grow(Length + count);
        var part = _buffer.AsSpan(Length, count);
        input.Slice(0, count).CopyTo(part);
        FrameMask.Apply(part, _mask);
        _mask = FrameMask.Rotate(_mask, count);
        input = input.Slice(count);
        Length += count;
        Remaining -= count;
    }

    public byte[] ToArray() => _buffer.AsSpan(0, Length).ToArray();

    public void Return()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    void Grow(int length)
    {
        if (length <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        Return();
        _buffer = larger;
    }
}
