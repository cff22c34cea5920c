namespace PhoenixChannels.InteropTests.Servers;

/// <summary>The last lines that a process wrote, on both of its outputs.</summary>
internal sealed class ProcessOutput
{
    const int Kept = 400;

    readonly Lock _lock = new();
    readonly Queue<string> _lines = new();
    readonly List<(Predicate<string> Matches, TaskCompletionSource<string> Waiter)> _awaited = [];

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept) _lines.Dequeue();

            foreach (var awaited in _awaited.FindAll(awaited => awaited.Matches(line)))
            {
                _awaited.Remove(awaited);
                awaited.Waiter.SetResult(line);
            }
        }
    }

    /// <summary>The first line that matches: when it comes, or at once when it was there already.</summary>
    public Task<string> LineAsync(Predicate<string> matches)
    {
        lock (_lock)
        {
            if (_lines.FirstOrDefault(line => matches(line)) is { } line) return Task.FromResult(line);

            var waiter = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((matches, waiter));
            return waiter.Task;
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(Environment.NewLine, _lines);
        }
    }
}
