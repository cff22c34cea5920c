using System.Buffers;
using PhoenixChannels.Frames;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Connections;

/// <summary>
/// What waits to be sent to one client, bounded in bytes. Adding never waits: a writer on the thread pool takes all that has
/// gathered and sends it in one write. Also the lock of its connection: everything but the writing is done while holding it.
/// </summary>
internal sealed class Outbox(IFrameConnection transport, int maxBytes) : IThreadPoolWorkItem
{
    /// <summary>Writes in a row before others get their turn.</summary>
    const int Quantum = 16;

    EncodedFrame[] _waiting = [];
    int _count;
    long _bytes;                    // waiting, held back or being written
    bool _isWriting, _isFinished;
    TaskCompletionSource? _idle;

    /// <summary>Whether everything added has been handed to the transport.</summary>
    public bool IsIdle => !_isWriting;

    /// <summary>Counts a frame that is held back behind others. False when the client is too far behind.</summary>
    public bool TryReserve(EncodedFrame frame)
    {
        if (_bytes > 0 && _bytes + frame.Length > maxBytes) return false;
        _bytes += frame.Length;
        return true;
    }

    /// <summary>Adds a frame. False when the client is too far behind; an empty outbox takes a frame of any size.</summary>
    public bool TryAdd(EncodedFrame frame)
    {
        if (_isFinished) return true;
        if (!TryReserve(frame)) return false;
        AddReserved(frame);
        return true;
    }

    public void AddReserved(EncodedFrame frame)
    {
        if (_isFinished) return;
        Append(frame);
        Wake();
    }

    /// <summary>Adds the last frame of all.</summary>
    /// <param name="dropWaiting">Whether what still waits is given up.</param>
    public void Finish(EncodedFrame frame, bool dropWaiting)
    {
        if (_isFinished) return;
        if (dropWaiting) Drop();
        Append(frame);
        _isFinished = true;
        Wake();
    }

    /// <summary>Gives up what waits; the connection is gone.</summary>
    public void Abandon()
    {
        _isFinished = true;
        Drop();
    }

    /// <summary>Completes when nothing is being written any more. To be called when nothing more is added.</summary>
    public Task WhenIdleAsync()
    {
        lock (this)
        {
            if (!_isWriting) return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    async Task WriteAsync()
    {
        try
        {
            for (var round = 0; round < Quantum; round++)
            {
                if (!TryTake(out var frames, out var count, out var bytes)) return;
                try
                {
                    await transport.WriteAsync(frames.AsMemory(0, count)).ConfigureAwait(false);
                }
                finally
                {
                    Return(frames, count);
                }

                lock (this) _bytes -= bytes;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
#pragma warning disable CA1031 // Whatever a transport throws means that the connection is gone; its receive loop ends it.
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (this)
            {
                Abandon();
                BecomeIdle();
            }
        }
    }

    bool TryTake(out EncodedFrame[] frames, out int count, out long bytes)
    {
        lock (this)
        {
            (frames, count, bytes) = (_waiting, _count, 0);
            (_waiting, _count) = ([], 0);
            if (count == 0)
            {
                BecomeIdle();
                return false;
            }

            for (var i = 0; i < count; i++) bytes += frames[i].Length;
            return true;
        }
    }

    void BecomeIdle()
    {
        _isWriting = false;
        _idle?.TrySetResult();
    }

    void Append(EncodedFrame frame)
    {
        if (_count == _waiting.Length)
        {
            var larger = ArrayPool<EncodedFrame>.Shared.Rent(Math.Max(4, _count * 2));
            _waiting.AsSpan(0, _count).CopyTo(larger);
            Return(_waiting, _count);
            _waiting = larger;
        }

        _waiting[_count++] = frame;
    }

    void Wake()
    {
        if (_isWriting) return;
        _isWriting = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void Drop()
    {
        for (var i = 0; i < _count; i++) _bytes -= _waiting[i].Length;
        Return(_waiting, _count);
        (_waiting, _count) = ([], 0);
    }

    static void Return(EncodedFrame[] frames, int count)
    {
        if (frames.Length == 0) return;
        frames.AsSpan(0, count).Clear();
        ArrayPool<EncodedFrame>.Shared.Return(frames);
    }
}
