using PhoenixChannels.Frames;

namespace PhoenixChannels.Connections;

/// <summary>Frames on their way out of an outbox, in a pooled array that goes back to it.</summary>
internal readonly struct TakenFrames(EncodedFrame[] frames, int count)
{
    public EncodedFrame[] Frames => frames;

    public int Count => count;

    public ReadOnlyMemory<EncodedFrame> Memory => frames.AsMemory(0, count);

    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var frame in frames.AsSpan(0, count)) bytes += frame.Length;
            return bytes;
        }
    }
}
