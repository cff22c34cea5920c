namespace PhoenixChannels;

/// <summary>
/// Carries messages between nodes. Subscribing and local delivery are not its concern: it gets finished envelopes and hands
/// those of other nodes to its receiver. An adapter that passes <c>PubSubAdapterContract</c> of this project's tests is sound.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.PubSub.Adapter</c>.</remarks>
public interface IPubSubAdapter
{
    /// <summary>This node's name, unique among the connected nodes.</summary>
    string NodeName { get; }

    /// <summary>Connects, and from then on calls the receiver for each envelope, one at a time.</summary>
    Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Disconnects. The receiver is not called afterwards.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Sends an envelope to all other nodes, in the order of the calls, which come one at a time. Completes when the engine has taken it; must return soon.</summary>
    /// <exception cref="PubSubUnavailableException">The engine has not taken it.</exception>
    ValueTask PublishAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken);

    /// <summary>Sends an envelope to one node, if there is one of that name.</summary>
    /// <exception cref="PubSubUnavailableException">The engine has not taken it.</exception>
    ValueTask PublishToAsync(string node, ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken);

    /// <summary>A hint: this node has got its first subscriber to a topic, or lost its last. Must return at once and must not call back.</summary>
    void InterestChanged(string topic, bool interested);
}
