namespace PhoenixChannels.InteropTests.Servers;

/// <summary>The last lines that a process wrote, on both of its outputs.</summary>
internal sealed class ProcessOutput
{
    private const int Kept = 400;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }

            if (_awaited.Remove(line, out var waiter))
            {
                waiter.SetResult();
            }
        }
    }

    /// <summary>Completes when that line comes, or at once when it was there already.</summary>
    public Task LineAsync(string line)
    {
        lock (_lock)
        {
            if (_lines.Contains(line))
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add(line, waiter);
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
