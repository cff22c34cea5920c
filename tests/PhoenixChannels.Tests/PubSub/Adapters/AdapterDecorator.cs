namespace PhoenixChannels.Tests.Broadcasting.Adapters;

/// <summary>An adapter around another one that loses or repeats what it is told to.</summary>
sealed class AdapterDecorator(IPubSubAdapter inner) : IPubSubAdapter
{
    IPubSubReceiver? _receiver;

    /// <summary>While set, what is published is taken and lost.</summary>
    public bool Loses { get; set; }

    /// <summary>While set, what is published comes back to its own node.</summary>
    public bool HandsBack { get; set; }

    public string NodeName => inner.NodeName;

    public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        return inner.StartAsync(receiver, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public ValueTask PublishAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        if (HandsBack) _receiver?.Receive(envelope.Span);
        return Loses ? default : inner.PublishAsync(envelope, cancellationToken);
    }

    public ValueTask PublishToAsync(string node, ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken) =>
        Loses ? default : inner.PublishToAsync(node, envelope, cancellationToken);

    public void InterestChanged(string topic, bool interested) => inner.InterestChanged(topic, interested);
}
