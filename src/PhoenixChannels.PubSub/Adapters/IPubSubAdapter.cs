namespace PhoenixChannels;

/// <summary>
/// Carries messages between nodes. Subscribing, local delivery, numbering and waiting are not its concern: it gets batches of finished envelopes and hands
/// those of other nodes to its receiver. An adapter that passes <c>PubSubAdapterContract</c> of this project's tests is sound.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.PubSub.Adapter</c>.</remarks>
public interface IPubSubAdapter
{
    /// <summary>This node's name, unique among the connected nodes.</summary>
    string NodeName { get; }

    /// <summary>
    /// Connects, and from then on hands each envelope to the receiver, one at a time, and tells it when the connection is lost and found again. When the engine is away for a
    /// reason that may pass, it says so to the receiver and goes on trying; the task completes.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot work as it is set up; a node of this name is connected already, for one.</exception>
    Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Disconnects. The receiver is not called afterwards.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends envelopes, in their order, each to all nodes or to one. Called one at a time. Completes when the engine has taken all of them, and fails within some seconds when it does not. It may
    /// hand envelopes to their own node: they are recognised.
    /// </summary>
    /// <param name="batch">At least one. Neither the list nor the envelopes are kept once the call has completed.</param>
    /// <param name="cancellationToken">Cancelled when the node stops.</param>
    /// <exception cref="PubSubUnavailableException">The engine has taken none; or it is not known whether it has, and <see cref="PubSubUnavailableException.IsOutcomeUnknown"/> is set.</exception>
    ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken);

    /// <summary>A hint: this node has got its first subscriber to a topic, or lost its last. Must return at once and must not call back.</summary>
    void InterestChanged(string topic, bool interested);
}
