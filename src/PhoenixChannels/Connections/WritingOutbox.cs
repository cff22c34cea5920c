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

    bool _isWriting;
    TaskCompletionSource? _idle;

    public override bool IsIdle => !_isWriting;

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
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
}
