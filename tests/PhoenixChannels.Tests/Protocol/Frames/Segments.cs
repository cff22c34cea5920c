using System.Buffers;

namespace PhoenixChannels.Tests.Protocol.Frames;

/// <summary>Sequences of several segments, as a pipe hands them out.</summary>
static class Segments
{
    public static ReadOnlySequence<byte> Of(params IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        Segment? first = null, last = null;
        foreach (var part in parts)
        {
            last = new(part, last);
            first ??= last;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>Cuts bytes into parts of these sizes, taken in turns.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] bytes, params int[] sizes)
    {
        for (int at = 0, turn = 0; at < bytes.Length; turn++)
        {
            var size = Math.Min(sizes[turn % sizes.Length], bytes.Length - at);
            yield return bytes.AsMemory(at, size);
            at += size;
        }
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
