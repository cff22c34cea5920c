namespace PhoenixChannels.Tests.Broadcasting.Adapters;

/// <summary>Keeps the bytes that an adapter delivers, and notices when it delivers two at a time.</summary>
sealed class RecordingReceiver : IPubSubReceiver
{
    readonly Lock _lock = new();
    readonly List<byte[]> _received = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _inside;

    public bool Overlapped { get; private set; }

    public bool IsConnected { get; private set; }

    public byte[][] Received
    {
        get
        {
            lock (_lock) return [.. _received];
        }
    }

    public void Receive(ReadOnlySpan<byte> envelope)
    {
        if (Interlocked.Increment(ref _inside) != 1) Overlapped = true;
        lock (_lock)
        {
            _received.Add(envelope.ToArray());
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Interlocked.Decrement(ref _inside);
    }

    public void Connected() => IsConnected = true;

    public void Disconnected(string reason) => IsConnected = false;

    public async Task<byte[][]> ReachesAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_received.Count >= count) return [.. _received];
                changed = _changed.Task;
            }

            await changed.InTimeAsync();
        }
    }
}
