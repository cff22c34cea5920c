using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>What has come to a client and was not taken yet.</summary>
internal sealed class Inbox
{
    readonly Lock _lock = new();
    readonly List<Arrival> _items = [];
    int _first; // those before it have been taken
    bool _ended;
    TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<Arrival> Unread
    {
        get
        {
            lock (_lock)
            {
                return [.. _items.Skip(_first)];
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
                var (taken, end) = (new List<Arrival>(count), _first);
                while (end < _items.Count && taken.Count < count)
                {
                    var item = _items[end++];
                    if (!skip(item)) taken.Add(item);
                }

                if (taken.Count >= count || _ended || left <= TimeSpan.Zero)
                {
                    RemoveUpTo(end);
                    return taken;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The list is moved together now and then only: a client may be far behind.</summary>
    void RemoveUpTo(int end)
    {
        _first = end;
        if (_first > _items.Count / 2)
        {
            _items.RemoveRange(0, _first);
            _first = 0;
        }
    }

    void SignalChange()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
