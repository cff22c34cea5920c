namespace PhoenixChannels;

/// <summary>One node of a <see cref="LinkedPubSubNetwork"/>. Envelopes are delivered on the sender's thread, one at a time.</summary>
internal sealed class LinkedPubSubAdapter(LinkedPubSubNetwork network, string nodeName) : IPubSubAdapter
{
    readonly Lock _receiving = new();
    IPubSubReceiver? _receiver;

    public string NodeName => nodeName;

    public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken)
    {
        network.Join(this);
        _receiver = receiver;
        receiver.Connected();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        network.Leave(this);
        lock (_receiving) _receiver = null;
        return Task.CompletedTask;
    }

    public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
    {
        if (_receiver is null) return ValueTask.FromException(new PubSubUnavailableException($"Node '{nodeName}' is not connected."));
        foreach (var envelope in batch.Span) network.Send(nodeName, envelope);
        return default;
    }

    public void InterestChanged(string topic, bool interested)
    {
    }

    internal void Receive(ReadOnlyMemory<byte> envelope)
    {
        lock (_receiving) _receiver?.Receive(envelope.Span);
    }
}
