namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Bytes that wait. Holds no memory while there are none.</summary>
sealed class Backlog
{
    byte[] _buffer = [];
    int _start, _end;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_end + bytes.Length > _buffer.Length)
        {
            var grown = new byte[Math.Max(256, (Length + bytes.Length) * 2)];
            Span.CopyTo(grown);
            (_buffer, _start, _end) = (grown, 0, Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    public void Take(int count)
    {
        _start += count;
        if (Length == 0) Clear();
    }

    public void Clear() => (_buffer, _start, _end) = ([], 0, 0);
}
