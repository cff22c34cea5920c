namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>A presence that is told of every diff with all who are present.</summary>
sealed class WatchedPresence : Presence
{
    int _awaited;
    TaskCompletionSource _done = new();

    /// <summary>Completes when this many diffs have been handled from now on.</summary>
    public Task HandledAsync(int count)
    {
        _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _awaited, count);
        return _done.Task;
    }

    protected internal override ValueTask HandleMetasAsync(string topic, PresenceDiff diff, PresenceMap present, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _awaited) == 0) _done.TrySetResult();
        return default;
    }
}
