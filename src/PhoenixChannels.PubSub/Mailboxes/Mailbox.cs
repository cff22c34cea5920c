namespace PhoenixChannels.Mailboxes;

/// <summary>
/// A queue of letters that are handled one at a time, in order, on the thread pool. Costs two fields while idle: posting pushes
/// onto a stack without a lock, and the one turn that runs takes the whole stack at once and reverses it.
/// </summary>
/// <remarks>
/// Every letter starts with the default <see cref="ExecutionContext"/>: an <see cref="AsyncLocal{T}"/> set while one is handled
/// is unseen by the next.
/// </remarks>
internal abstract class Mailbox : IThreadPoolWorkItem
{
    /// <summary>Letters in one turn before other mailboxes get theirs.</summary>
    const int Quantum = 64;

    // The head of the stack of posted letters (newest first), or one of these two marks at its bottom.
    static readonly Letter s_idle = new Mark(), s_running = new Mark();

    Letter _posted = s_idle;
    Letter? _batch;                 // taken off the stack, oldest first; only the running turn touches it
    int _total, _handled;           // letters ever posted, and ever taken up by the turn that runs; both wrap around
    bool _isAwaiting;

    /// <summary>How many letters wait, the one being handled not counted.</summary>
    public int Count
    {
        get
        {
            // Exact at one moment, or a thread that is held up between two reads would take letters long handled for waiting ones.
            while (true)
            {
                var handled = Volatile.Read(ref _handled);
                var total = Volatile.Read(ref _total);
                if (Volatile.Read(ref _handled) == handled) return total - handled;
            }
        }
    }

    /// <summary>How many letters have been posted so far.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Whether letters wait behind the one that is being handled; the turn's own view.</summary>
    protected bool HasMore => _batch is not null || Volatile.Read(ref _posted) is not Mark;

    /// <summary>Whether nothing waits and nothing is being handled.</summary>
    public bool IsAtRest => ReferenceEquals(Volatile.Read(ref _posted), s_idle);

    /// <summary>Whether the handling of a letter waits for something else, such as I/O.</summary>
    public bool IsAwaiting => Volatile.Read(ref _isAwaiting);

    /// <summary>Posts a letter and sees that it is handled.</summary>
    public void Post(Letter letter)
    {
        if (PostWithoutWaking(letter)) Wake();
    }

    /// <summary>Posts a letter unless <paramref name="capacity"/> letters wait already.</summary>
    public bool TryPost(Letter letter, int capacity)
    {
        if (Count >= capacity) return false;
        Post(letter);
        return true;
    }

    /// <summary>Posts a letter; when it returns true, the caller has to call <see cref="Wake"/>, soon.</summary>
    public bool PostWithoutWaking(Letter letter)
    {
        Interlocked.Increment(ref _total);
        Letter head;
        do
        {
            head = Volatile.Read(ref _posted);
            letter.Next = head;
        }
        while (Interlocked.CompareExchange(ref _posted, letter, head) != head);
        return ReferenceEquals(head, s_idle);
    }

    public void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Handles one letter. A subclass knows what a failure means, and so should not throw.</summary>
    protected abstract ValueTask HandleAsync(Letter letter);

    /// <summary>What <see cref="HandleAsync"/> threw all the same. The mailbox goes on with the next letter.</summary>
    protected abstract void OnUnhandled(Exception exception);

    void IThreadPoolWorkItem.Execute()
    {
        var context = ExecutionContext.Capture();
        for (var turn = 0; turn < Quantum; turn++)
        {
            if (_batch is null && !TryTakeBatch()) return;
            var letter = _batch!;
            _batch = letter.Next;
            letter.Next = null;
            Volatile.Write(ref _handled, _handled + 1);
            try
            {
                var handling = HandleAsync(letter);
                if (!handling.IsCompleted)
                {
                    _ = WakeAfterAsync(handling);
                    return;
                }

                handling.GetAwaiter().GetResult();
            }
#pragma warning disable CA1031 // An exception that left a work item would end the process.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OnUnhandled(e);
            }

            if (ExecutionContext.Capture() != context) ExecutionContext.Restore(context!);
        }

        Wake();
    }

    async Task WakeAfterAsync(ValueTask handling)
    {
        Volatile.Write(ref _isAwaiting, true);
        try
        {
            await handling.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The mailbox must be woken whatever was thrown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            OnUnhandled(e);
        }

        Volatile.Write(ref _isAwaiting, false);
        Wake();
    }

    /// <summary>Takes all that has been posted; with nothing there the mailbox is idle again.</summary>
    bool TryTakeBatch()
    {
        if (Interlocked.CompareExchange(ref _posted, s_idle, s_running) == s_running) return false;
        var newest = Interlocked.Exchange(ref _posted, s_running);
        while (newest is not Mark)
        {
            var next = newest.Next!;
            newest.Next = _batch;
            _batch = newest;
            newest = next;
        }

        return true;
    }

    sealed class Mark : Letter;
}
