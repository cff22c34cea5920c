namespace PhoenixChannels.Connections;

/// <summary>
/// The outbox of a client that comes to fetch: what waits goes to the poll that came last. What a poll took and could not send
/// waits again, in front.
/// </summary>
/// <param name="maxBytes">How much may wait.</param>
/// <param name="finished">Called, under the lock, when nothing more will be added.</param>
internal sealed class PolledOutbox(int maxBytes, Action finished) : Outbox(maxBytes)
{
    readonly List<TaskCompletionSource> _polls = [];        // the one that came last is last
    bool _isHandedOut;

    public override bool IsIdle => true;

    public override Task WhenIdleAsync() => Task.CompletedTask;

    /// <summary>
    /// Waits for something to send, up to the window. Null when the outbox has been finished; nothing taken when the window is over.
    /// Whoever gets something has to call <see cref="Settle"/>.
    /// </summary>
    public async Task<TakenFrames?> PollAsync(TimeSpan window, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var poll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (this) _polls.Add(poll);
        try
        {
            while (true)
            {
                lock (this)
                {
                    if (IsFinished) return null;
                    if (CanTake(poll))
                    {
                        _isHandedOut = true;
                        return Take();
                    }

                    if (poll.Task.IsCompleted)
                    {
                        // Woken, but another poll has been quicker: waits on, in the same place.
                        var place = _polls.IndexOf(poll);
                        poll = new(TaskCreationOptions.RunContinuationsAsynchronously);
                        _polls[place] = poll;
                    }
                }

                var left = window - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) return new TakenFrames([], 0);
                await poll.Task.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            lock (this)
            {
                if (!CanTake(poll)) return IsFinished ? null : new TakenFrames([], 0);
                _isHandedOut = true;
                return Take();
            }
        }
        finally
        {
            lock (this)
            {
                _polls.Remove(poll);
                Offer();
            }
        }
    }

    /// <summary>What a poll took has been sent, or is known not to have been.</summary>
    public void Settle(TakenFrames taken, bool isSent)
    {
        lock (this)
        {
            _isHandedOut = false;
            if (isSent) Sent(taken);
            else PutBack(taken);
            Offer();
        }
    }

    protected override void OnAdded() => Offer();

    protected override void OnFinished()
    {
        foreach (var poll in _polls) poll.TrySetResult();
        finished();
    }

    bool CanTake(TaskCompletionSource poll) => Count > 0 && !_isHandedOut && !IsFinished && ReferenceEquals(_polls[^1], poll);

    /// <summary>Wakes the poll that came last.</summary>
    void Offer()
    {
        if (Count > 0 && !_isHandedOut && _polls.Count > 0) _polls[^1].TrySetResult();
    }
}
