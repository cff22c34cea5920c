using PhoenixChannels.Diagnostics;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Adapters;

/// <summary>
/// What waits for the adapter. One batch is on its way at a time, and what comes meanwhile makes the next one: the slower the engine, the larger the batches. Messages are
/// numbered when their batch is sent, so that one the engine has refused leaves no gap, and are delivered on this node in the order of their numbers.
/// </summary>
/// <param name="adapter">Takes the batches.</param>
/// <param name="envelopes">Numbers them.</param>
/// <param name="options">The bound, and what happens when the engine is away.</param>
/// <param name="deliver">Delivers on this node.</param>
/// <param name="metrics">Counts what fails.</param>
internal sealed class PublishQueue(IPubSubAdapter adapter, EnvelopeWriter envelopes, PubSubOptions options, Action<Broadcast, Subscriber?> deliver, PubSubMetrics metrics)
{
    const int MostInBatch = 512, MostBytesInBatch = 1024 * 1024;

    readonly Lock _lock = new();
    readonly Queue<Publication> _waiting = new();
    readonly Publication[] _sending = new Publication[MostInBatch];
    readonly OutgoingEnvelope[] _batch = new OutgoingEnvelope[MostInBatch];
    readonly CancellationTokenSource _stopped = new();
    long _waitingBytes, _failures;
    bool _isSending;

    /// <summary>What waits and is on its way, roughly.</summary>
    public long WaitingBytes => Volatile.Read(ref _waitingBytes);

    /// <summary>How many messages the engine has not taken, or not surely.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Completes when the engine has taken the message and this node's subscribers have it.</summary>
    /// <exception cref="PubSubUnavailableException">The engine has not taken it, or too much waits.</exception>
    public ValueTask PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        Publish(publication);
        return publication.Task.IsCompletedSuccessfully ? default : new(publication.Task.WaitAsync(cancellationToken));
    }

    /// <summary>As <see cref="PublishAsync"/>, for what nobody waits for.</summary>
    public void Publish(Publication publication)
    {
        if (!TryEnqueue(publication, out var isFirst))
        {
            Fail(publication, new("More waits to be published than PubSubOptions.MaxQueueBytes allows: the engine is slower than what comes."), "full");
            return;
        }

        if (!isFirst) return;

        // What is sent for others does not belong to this caller's call.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = SendAsync();
        }
        else
        {
            using var flow = ExecutionContext.SuppressFlow();
            _ = SendAsync();
        }
    }

    /// <summary>Ends what the adapter is doing.</summary>
    public void Stop() => _stopped.Cancel();

    /// <summary>False when too much waits.</summary>
    /// <param name="publication">What is to be sent.</param>
    /// <param name="isFirst">Whether nothing is on its way, so that the caller has to begin.</param>
    bool TryEnqueue(Publication publication, out bool isFirst)
    {
        lock (_lock)
        {
            isFirst = false;
            if (publication.Beacon is null && _waitingBytes > 0 && _waitingBytes + publication.Size > options.MaxQueueBytes) return false;
            _waiting.Enqueue(publication);
            _waitingBytes += publication.Size;
            isFirst = !_isSending;
            _isSending = true;
            return true;
        }
    }

    async Task SendAsync()
    {
        while (Take() is > 0 and var count)
        {
            var numbered = 0;
            PubSubUnavailableException? failure = null;
            try
            {
                for (var i = 0; i < count; i++)
                {
                    if (_sending[i].IsCounted) numbered++;
                    _batch[i] = new(_sending[i].Node, _sending[i].Write(envelopes));
                }

                await adapter.PublishAsync(_batch.AsMemory(0, count), _stopped.Token).ConfigureAwait(false);
            }
            catch (PubSubUnavailableException e)
            {
                failure = e;
            }
#pragma warning disable CA1031 // Whatever the adapter throws, those who wait have to hear of it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = new("The adapter has failed; whether the message was taken is not known.", e) { IsOutcomeUnknown = true };
            }

            if (failure is { IsOutcomeUnknown: false }) envelopes.TakeBack(numbered);
            for (var i = 0; i < count; i++) Settle(_sending[i], failure);
            _batch.AsSpan(0, count).Clear();
            _sending.AsSpan(0, count).Clear();
        }
    }

    /// <summary>Takes the next batch. 0 when nothing waits: sending is over.</summary>
    int Take()
    {
        lock (_lock)
        {
            var (count, bytes) = (0, 0L);
            while (count < MostInBatch && _waiting.TryPeek(out var next) && (count == 0 || bytes + next.Size <= MostBytesInBatch))
            {
                bytes += next.Size;
                _sending[count++] = _waiting.Dequeue();
            }

            _isSending = count > 0;
            return count;
        }
    }

    void Settle(Publication publication, PubSubUnavailableException? failure)
    {
        lock (_lock) _waitingBytes -= publication.Size;
        if (failure is not null)
        {
            Fail(publication, failure, failure.IsOutcomeUnknown ? "unknown" : "refused");
            return;
        }

        try
        {
            if (publication.IsCounted) deliver(publication.Broadcast, publication.From);
            publication.SetResult();
        }
#pragma warning disable CA1031 // Whatever a listener to a metric throws, the others are waiting.
        catch (Exception e)
#pragma warning restore CA1031
        {
            publication.TrySetException(e);
        }
    }

    void Fail(Publication publication, PubSubUnavailableException failure, string outcome)
    {
        if (publication.Beacon is null)
        {
            Interlocked.Increment(ref _failures);
            metrics.PublishErrors.Add(1, new KeyValuePair<string, object?>("phoenixchannels.outcome", outcome));
        }

        if (publication.IsCounted && options.WhenUnavailable == UnavailableBehavior.DeliverLocally)
        {
            deliver(publication.Broadcast, publication.From);
            publication.SetResult();
            return;
        }

        // An exception of one's own for each: they are thrown in several places. Nobody may wait any more, which is no failure of its own.
        publication.SetException(new PubSubUnavailableException(failure.Message, failure.InnerException) { IsOutcomeUnknown = failure.IsOutcomeUnknown });
        _ = publication.Task.Exception;
    }
}
