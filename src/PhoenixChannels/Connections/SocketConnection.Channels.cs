using PhoenixChannels.Frames;


namespace PhoenixChannels.Connections;

/// <remarks>The table of channels, and the order of what they send: each of these is one step under the lock.</remarks>
internal sealed partial class SocketConnection
{
    /// <summary>Sends a frame of a channel, behind its join's answer. False when the channel has ended.</summary>
    public bool Send(ChannelProcess process, EncodedFrame frame)
    {
        lock (Sync)
        {
            if (_isClosed || process.State == ChannelState.Ended) return false;
            SendInOrder(process, frame);
            return true;
        }
    }

    /// <summary>A channel's own end: out of the table and the last frame queued under one lock.</summary>
    public void End(ChannelProcess process, EncodedFrame last)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return;
            if (process.State == ChannelState.Joining) process.Slot?.Successor?.Start();
            process.State = ChannelState.Ended;
            Forget(process);
            if (!_isClosed) SendInOrder(process, last);
        }
    }

    /// <summary>
    /// Ends a channel from outside, at once: what waits for it is dropped, nothing of it is sent but the last frame, and its clean-up
    /// is posted to it. A join that is still undecided is refused with <paramref name="refusal"/>.
    /// </summary>
    public void Kill(ChannelProcess process, TerminationReason reason, EncodedFrame last, Payload refusal)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return;
            if (process.State == ChannelState.Joining)
            {
                process.EndReason = reason;
                Refuse(process, refusal);
                process.CancelClosed();
            }
            else
            {
                if (!_isClosed) SendInOrder(process, last);
                Forget(process);
                process.Kill(reason);
            }
        }
    }

    /// <summary>A channel accepted its client. False when it is too late: the channel has ended meanwhile, for the reason it holds.</summary>
    public bool Accept(ChannelProcess process, EncodedFrame answer)
    {
        lock (Sync)
        {
            if (process.State == ChannelState.Ended) return false;
            if (_isClosed)
            {
                process.State = ChannelState.Ended;
                process.EndReason = TerminationReason.Closed;
                process.Slot?.Successor?.Start();
                return false;
            }

            process.State = ChannelState.Joined;
            if (process.Slot?.Successor is not { } successor)
            {
                Decide(process, answer);
                return true;
            }

            successor.Slot?.CloseOfReplaced = process.CloseFrame();
            Decide(process, answer);
            process.Kill(TerminationReason.DuplicateJoin);
            successor.Start();
            return false;
        }
    }

    /// <summary>A channel refused its client, crashed while joining, or took too long.</summary>
    public void Refuse(ChannelProcess process, Payload response)
    {
        lock (Sync)
        {
            if (process.State != ChannelState.Joining) return;
            process.State = ChannelState.Ended;
            Forget(process);
            if (process.Slot is { } slot)
            {
                // A broadcast may have come between its subscribing and now.
                foreach (var frame in slot.Held) _outbox.Release(frame);
                slot.DropHeld();
            }

            var successor = process.Slot?.Successor;
            Decide(process, process.RefusalFrame(response));
            successor?.Start();
        }
    }

    /// <summary>Completes when no join is undecided, or the connection is closed.</summary>
    public Task WhenJoinsAreDecidedAsync()
    {
        lock (Sync)
        {
            if (_undecidedJoins == 0 || _isClosed) return Task.CompletedTask;
            _joinsDecided ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _joinsDecided.Task;
        }
    }

    /// <summary>A channel has cleaned up.</summary>
    public void ChannelEnded()
    {
        Metrics.Channels.Add(-1);
        lock (Sync)
        {
            _livingChannels--;
            if (!_isClosed || _livingChannels > 0) return;
        }

        EndSoon();
    }

    /// <summary>Ends one topic's channel, as told from outside.</summary>
    public void Kick(string topic)
    {
        ChannelProcess? process = null;
        lock (Sync) _channels.TryGet(topic, out process);
        if (process is not null) Kill(process, TerminationReason.Kicked, process.CloseFrame(), Reasons.Kicked);
    }

    /// <summary>Refuses the joins that have waited or run for too long, however they do it.</summary>
    void CheckJoins(long now)
    {
        if (Volatile.Read(ref _undecidedJoins) == 0) return;
        List<ChannelProcess>? expired = null;
        lock (Sync)
        {
            foreach (var slot in _slots ?? [])
                if (slot.Answer.IsDefault && slot.Process is { } process && Endpoint.Time.GetElapsedTime(slot.Requested, now) >= Options.JoinTimeout) (expired ??= []).Add(process);
        }

        foreach (var process in expired ?? []) process.ExpireJoin();
    }

    /// <summary>The join's answer is known: what waits behind it may go as far as the next undecided one.</summary>
    void Decide(ChannelProcess process, EncodedFrame answer)
    {
        if (--_undecidedJoins == 0) SettleJoins();
        if (_isClosed || process.Slot is not { } slot) return;
        slot.Answer = answer;
        if (Reserve(answer)) FlushSlots();
    }

    void SettleJoins()
    {
        _joinsDecided?.TrySetResult();
        _joinsDecided = null;
    }

    void FlushSlots()
    {
        while (_slots is { Count: > 0 } slots && !slots.Peek().Answer.IsDefault)
        {
            var slot = slots.Dequeue();
            _outbox.AddReserved(slot.Answer);
            if (!slot.CloseOfReplaced.IsDefault) Enqueue(slot.CloseOfReplaced);
            foreach (var frame in slot.Held) _outbox.AddReserved(frame);
            slot.Process?.Slot = null;
        }

        if (_slots is { Count: 0 }) _slots = null;
    }

    void SendInOrder(ChannelProcess process, EncodedFrame frame)
    {
        if (process.Slot is not { } slot) Enqueue(frame);
        else if (Reserve(frame)) slot.Hold(frame);
    }

    void Enqueue(EncodedFrame frame)
    {
        if (!_outbox.TryAdd(frame)) CloseSlow();
    }

    bool Reserve(EncodedFrame frame)
    {
        if (_outbox.TryReserve(frame)) return true;
        CloseSlow();
        return false;
    }

    void CloseSlow()
    {
        if (!TryClose(CloseCode.PolicyViolation, "slow", dropWaiting: true)) return;
        Metrics.Slow.Add(1);
        EndChannels(TerminationReason.Closed);
    }

    ChannelProcess? Find(string topic) => _channels.TryGet(topic, out var process) ? process : null;

    void Forget(ChannelProcess process) => _channels.Remove(process);
}
