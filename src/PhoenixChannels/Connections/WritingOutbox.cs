using PhoenixChannels.Transports;

namespace PhoenixChannels.Connections;

/// <summary>
/// The outbox of a connection that can be written to: a writer on the thread pool takes all that has gathered and sends it in one
/// write, and goes when nothing is left.
/// </summary>
internal sealed class WritingOutbox(IFrameConnection connection, int maxBytes) : Outbox(maxBytes), IThreadPoolWorkItem
{
    /// <summary>Writes in a row before others get their turn.</summary>
    const int Quantum = 16;

    [ThreadStatic]
    static bool t_writesItself;

    [ThreadStatic]
    static WritingOutbox? t_unwritten;

    bool _isWriting;
    TaskCompletionSource? _idle;

    public override bool IsIdle => !_isWriting;

    /// <summary>
    /// Until its end, this thread writes what it adds by itself, at that end, rather than have another thread do it. Nothing that may take long, such as the
    /// application's code, belongs in a turn; it ends without any connection's lock.
    /// </summary>
    public static Turn BeginTurn()
    {
        var turn = new Turn(isInner: t_writesItself);
        t_writesItself = true;
        return turn;
    }

    public override Task WhenIdleAsync()
    {
        lock (this)
        {
            if (!_isWriting) return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    protected override void OnAdded()
    {
        if (_isWriting) return;
        _isWriting = true;
        if (t_writesItself && t_unwritten is null) t_unwritten = this;
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void OnFinished()
    {
        if (Count > 0) OnAdded();
    }

    async Task WriteAsync()
    {
        try
        {
            for (var round = 0; round < Quantum; round++)
            {
                TakenFrames taken;
                lock (this)
                {
                    taken = Take();
                    if (taken.Count == 0)
                    {
                        BecomeIdle();
                        return;
                    }
                }

                try
                {
                    await connection.WriteAsync(taken.Memory).ConfigureAwait(false);
                }
                finally
                {
                    lock (this) Sent(taken);
                }
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
#pragma warning disable CA1031 // Whatever a transport throws means that the connection cannot be written to any more.
        catch (Exception)
#pragma warning restore CA1031
        {
            connection.Abort();
            lock (this)
            {
                Abandon();
                BecomeIdle();
            }
        }
    }

    void BecomeIdle()
    {
        _isWriting = false;
        _idle?.TrySetResult();
    }

    /// <summary>See <see cref="BeginTurn"/>.</summary>
    /// <param name="isInner">Whether it is within another one, at whose end everything is written.</param>
    public readonly ref struct Turn(bool isInner)
    {
        /// <summary>Writes what has been added.</summary>
        public void Dispose()
        {
            if (isInner) return;
            t_writesItself = false;
            if (t_unwritten is not { } outbox) return;
            t_unwritten = null;
            _ = outbox.WriteAsync();
        }
    }
}
