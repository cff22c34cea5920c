using System.Buffers;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Connections;

/// <summary>
/// What waits to be sent to one client, bounded in bytes. Adding never waits. Also the lock of its connection: everything here is
/// done while holding it, except what a subclass says otherwise of.
/// </summary>
internal abstract class Outbox(int maxBytes)
{
    EncodedFrame[] _waiting = [];
    long _bytes;                    // waiting, held back by the connection, or taken and not yet known to be sent

    /// <summary>How many bytes it holds; may be read without the lock.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether nothing more is to be added.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether everything added has been handed over.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>How many frames wait.</summary>
    protected int Count { get; private set; }

    /// <summary>Counts a frame that is held back behind others. False when the client is too far behind.</summary>
    public bool TryReserve(EncodedFrame frame)
    {
        if (_bytes > 0 && _bytes + frame.Length > maxBytes) return false;
        _bytes += frame.Length;
        return true;
    }

    /// <summary>Takes <see cref="TryReserve"/> back: the frame will not be sent.</summary>
    public void Release(EncodedFrame frame) => _bytes -= frame.Length;

    /// <summary>Adds a frame. False when the client is too far behind; an empty outbox takes a frame of any size.</summary>
    public bool TryAdd(EncodedFrame frame)
    {
        if (IsFinished) return true;
        if (!TryReserve(frame)) return false;
        AddReserved(frame);
        return true;
    }

    public void AddReserved(EncodedFrame frame)
    {
        if (IsFinished) return;
        Append(frame);
        OnAdded();
    }

    /// <summary>Nothing is added from now on but this last frame, if it is one.</summary>
    /// <param name="last">A Close frame, or the default.</param>
    /// <param name="dropWaiting">Whether what still waits is given up.</param>
    public void Finish(EncodedFrame last, bool dropWaiting)
    {
        if (IsFinished) return;
        IsFinished = true;
        if (dropWaiting) Drop();
        if (!last.IsDefault) Append(last);
        OnFinished();
    }

    /// <summary>Gives up what waits; the connection is gone.</summary>
    public void Abandon()
    {
        IsFinished = true;
        Drop();
        OnFinished();
    }

    /// <summary>Completes when nothing is being handed over any more. To be called, without the lock, when nothing more is added.</summary>
    public abstract Task WhenIdleAsync();

    /// <summary>A frame has been added.</summary>
    protected abstract void OnAdded();

    /// <summary>Nothing more will be added.</summary>
    protected abstract void OnFinished();

    /// <summary>Takes all that waits. It counts until <see cref="Sent"/> or <see cref="PutBack"/>.</summary>
    protected TakenFrames Take()
    {
        var taken = new TakenFrames(_waiting, Count);
        (_waiting, Count) = ([], 0);
        return taken;
    }

    /// <summary>What was taken has been sent.</summary>
    protected void Sent(TakenFrames taken)
    {
        _bytes -= taken.Bytes;
        Return(taken.Frames, taken.Count);
    }

    /// <summary>What was taken has not been sent: it waits again, in front of what has come since.</summary>
    protected void PutBack(TakenFrames taken)
    {
        var since = Take();
        (_waiting, Count) = (taken.Frames, taken.Count);
        for (var i = 0; i < since.Count; i++) Append(since.Frames[i]);
        Return(since.Frames, since.Count);
    }

    void Append(EncodedFrame frame)
    {
        if (Count == _waiting.Length)
        {
            var larger = ArrayPool<EncodedFrame>.Shared.Rent(Math.Max(4, Count * 2));
            _waiting.AsSpan(0, Count).CopyTo(larger);
            Return(_waiting, Count);
            _waiting = larger;
        }

        _waiting[Count++] = frame;
    }

    void Drop() => Sent(Take());

    static void Return(EncodedFrame[] frames, int count)
    {
        if (frames.Length == 0) return;
        frames.AsSpan(0, count).Clear();
        ArrayPool<EncodedFrame>.Shared.Return(frames);
    }
}
