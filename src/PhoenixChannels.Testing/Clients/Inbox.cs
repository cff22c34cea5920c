namespace PhoenixChannels.Testing.Clients;

/// <summary>What has come, in order, until the test takes it. Its lock is a leaf: nothing is called under it but the test's own conditions.</summary>
internal sealed class Inbox<T>
    where T : class
{
    readonly List<T> _items = [];
    TaskCompletionSource _changed = NewSignal();

    public Lock Sync { get; } = new();

    /// <summary>Whether anything has been taken.</summary>
    public bool HasTaken { get; private set; }

    public void Add(T item)
    {
        lock (Sync)
        {
            _items.Add(item);
            Changed();
        }
    }

    /// <summary>Lets whoever waits look again.</summary>
    public void Changed()
    {
        lock (Sync)
        {
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    public List<T> Find(Func<T, bool> wanted)
    {
        lock (Sync) return _items.FindAll(item => wanted(item));
    }

    /// <summary>Takes the first that is wanted, as soon as it is there. Null when nothing can come any more, or the time is over.</summary>
    /// <param name="isOver">Whether nothing can come any more; what makes it true calls <see cref="Changed"/> afterwards.</param>
    public async Task<T?> TakeAsync(Func<T, bool> wanted, Func<bool> isOver, TimeSpan timeout)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (Sync)
            {
                var index = _items.FindIndex(item => wanted(item));
                if (index >= 0)
                {
                    var item = _items[index];
                    _items.RemoveAt(index);
                    HasTaken = true;
                    return item;
                }

                if (isOver()) return null;
                changed = _changed.Task;
            }

            var left = timeout - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return null;
            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
