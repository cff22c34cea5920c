using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Connections;

/// <remarks>The join: what the channel answers to it, and what is refused in its stead.</remarks>
internal sealed partial class ChannelProcess
{
    async ValueTask JoinAsync()
    {
        var answer = await DecideAsync().ConfigureAwait(false);
        if (answer.IsDefault)
        {
            await EndAsync(EndReason ?? TerminationReason.Closed).ConfigureAwait(false);
            return;
        }

        Endpoint.PubSub.Registry.Subscribe(Topic, _subscriber);
        if (!Accept(answer))
        {
            // Killed by the next join of the topic it has its end letter already; otherwise it was too late.
            if (EndReason is { } reason) await EndAsync(reason).ConfigureAwait(false);
            return;
        }

        _join = null;
        CountJoin(Ok);
        _isInCallback = true;
        try
        {
            await _channel!.JoinedAsync(Closed).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A crash touches one channel.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(null, e).ConfigureAwait(false);
            return;
        }

        await EndCallbackAsync().ConfigureAwait(false);
        await AfterCallback().ConfigureAwait(false);
    }

    /// <summary>Lets the client in, and writes that at once: what comes next is the application's and may take long.</summary>
    bool Accept(EncodedFrame answer)
    {
        using var turn = WritingOutbox.BeginTurn();
        return Connection.Accept(this, answer);
    }

    /// <summary>Asks the channel. Gives the answer that lets the client in, or the default when it has been refused.</summary>
    async ValueTask<EncodedFrame> DecideAsync()
    {
        ObservedCall call = default;
        try
        {
            if (State != ChannelState.Joining || Connection.IsClosed) return default;
            call = ObserveJoin();
            _isInCallback = true;
            _channel = Route.Create(this);
            _channel.Process = this;
            var reply = await Route.JoinAsync(_channel, _join!.Payload, Closed).ConfigureAwait(false);
            var response = reply.Payload.Encode(Endpoint.Json);
            switch (reply.Status)
            {
                case null or "ok" when IsUnauthorized:
                    throw new InvalidOperationException("A filter let a client in that is not authorized to join. A filter may change the reply to a join that was refused, but not accept it.");
                case null or "ok":
                    _intercepts = Route.CopyOf(_channel.Intercepts);
                    var answer = Encode(OutgoingMessage.Reply(_joinRef, _join.Ref, Topic, "ok", response));
                    _isAccepted = true;
                    EndJoin(call, Ok);
                    return answer;
                case "error":
                    var refusal = IsUnauthorized ? Unauthorized : Refused;
                    EndJoin(call, refusal);
                    Refuse(refusal, response);
                    return default;
                default:
                    throw new InvalidOperationException($"A join is answered with Reply.Ok or Reply.Error, not with the status '{reply.Status}'.");
            }
        }
        catch (PayloadException e)
        {
            LogInvalidPayload(Endpoint.ChannelLog, Route.Pattern, ChannelEvents.Join, LogText.OfMessage(e));
            Endpoint.Observer?.Failed(this, e);
            EndJoin(call, Invalid, e);
            Refuse(Invalid, Reasons.InvalidPayload);
            return default;
        }
        catch (OperationCanceledException) when (State == ChannelState.Ended || Volatile.Read(ref _isClosedCancelled))
        {
            EndJoin(call, Cancelled);
            return default;
        }
#pragma warning disable CA1031 // A crash touches one channel.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CountCrash(e);
            EndJoin(call, Crashed, e);
            Refuse(Crashed, Reasons.JoinCrashed);
            return default;
        }
        finally
        {
            await EndCallbackAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Refuses the client if its join is still undecided; whatever JoinAsync returns later is too late.</summary>
    public void ExpireJoin()
    {
        lock (Connection.Sync)
        {
            if (State != ChannelState.Joining) return;
            EndReason = TerminationReason.JoinTimeout;
            LogJoinTimeout(Endpoint.ChannelLog, Route.Pattern);
            Refuse(TimedOut, Reasons.JoinTimeout);
            CancelClosed();
        }
    }

    /// <summary>Refuses the client and counts that, unless its join has been decided otherwise.</summary>
    void Refuse(string result, Payload response)
    {
        lock (Connection.Sync)
        {
            if (State != ChannelState.Joining) return;
            CountJoin(result);
            Connection.Refuse(this, response);
        }
    }
}
