namespace PhoenixChannels.Tests.Broadcasting.Adapters;

/// <summary>An adapter around another one that loses, repeats or refuses what it is told to.</summary>
sealed class AdapterDecorator(IPubSubAdapter inner) : IPubSubAdapter
{
    IPubSubReceiver? _receiver;

    /// <summary>While set, what is published is taken and lost.</summary>
    public bool Loses { get; set; }

    /// <summary>While set, what is published is refused.</summary>
    public bool Refuses { get; set; }

    /// <summary>While set, what is published comes back to its own node.</summary>
    public bool HandsBack { get; set; }

    /// <summary>While set, envelopes are of this version, which nobody knows.</summary>
    public byte? Version { get; set; }

    public string NodeName => inner.NodeName;

    public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        return inner.StartAsync(receiver, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
    {
        if (Refuses) return ValueTask.FromException(new PubSubUnavailableException("as told"));
        if (HandsBack)
            foreach (var envelope in batch.Span) _receiver?.Receive(envelope.Bytes.Span);
        if (Version is { } version) batch = batch.ToArray().Select(envelope => envelope with { Bytes = (byte[])[version, .. envelope.Bytes.Span[1..]] }).ToArray();
        return Loses ? default : inner.PublishAsync(batch, cancellationToken);
    }

    public void InterestChanged(string topic, bool interested) => inner.InterestChanged(topic, interested);
}
