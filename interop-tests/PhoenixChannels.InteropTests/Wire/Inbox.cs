using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>What has come to a client and was not taken yet.</summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private readonly List<Arrival> _items = [];
    private bool _ended;
    private TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<Arrival> Unread
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Add(ArrivalKind kind, ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            _items.Add(new Arrival(kind, payload, TimeProvider.System.GetTimestamp()));
            SignalChange();
        }
    }

    public void AddProtocolError(string what) => Add(ArrivalKind.ProtocolError, Encoding.UTF8.GetBytes(what));

    /// <summary>Nothing comes any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            SignalChange();
        }
    }

    /// <summary>Takes the next items, or as many as come in time. Those to skip are put aside for good.</summary>
    public async Task<IReadOnlyList<Arrival>> TakeAsync(int count, TimeSpan within, Predicate<Arrival> skip)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = within - TimeProvider.System.GetElapsedTime(start);
            Task changed;
            lock (_lock)
            {
                _items.RemoveAll(skip);
                if (_items.Count >= count || _ended || left <= TimeSpan.Zero)
                {
                    var taken = _items.Take(count).ToList();
                    _items.RemoveRange(0, taken.Count);
                    return taken;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void SignalChange()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
