using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Serializers;
using PhoenixChannels.Topics;

namespace PhoenixChannels;

/// <summary>
/// Topics: whoever subscribes to one gets what is broadcast on it, on this node and, through the adapter, on the others.
/// The counterpart of <see href="https://hexdocs.pm/phoenix_pubsub/Phoenix.PubSub.html">Phoenix.PubSub</see>; needs no web server.
/// </summary>
/// <remarks>
/// Delivery is at most once. One sender's broadcasts on a topic arrive in the order of its calls, when it awaits each before the
/// next. Subscriptions end with the process: nothing is stored.
/// </remarks>
/// <example>
/// <code>
/// using var subscription = pubSub.Subscribe("orders", async (broadcast, ct) => await store.SaveAsync(broadcast.Payload.Read&lt;Order&gt;(), ct));
/// await pubSub.BroadcastAsync("orders", "created", order);
/// </code>
/// </example>
public sealed partial class PubSub
{
    readonly IPubSubAdapter _adapter;
    readonly ILogger<PubSub> _logger;
    readonly JsonSerializerOptions _json;
    readonly EnvelopeWriter _envelopes;
    readonly EnvelopeReceiver _receiver;
    readonly PublishQueue _queue;
    readonly NodeWatch _watch;

    internal PubSub(IOptions<PubSubOptions> options, IPubSubAdapter adapter, PubSubMetrics metrics, ILogger<PubSub> logger, TimeProvider time)
    {
        _adapter = adapter;
        _logger = logger;
        options.Value.Validate();
        _json = options.Value.Json;
        _envelopes = new(adapter.NodeName);
        Metrics = metrics;
        Registry = new(adapter.InterestChanged);
        _queue = new(adapter, _envelopes, options.Value, Deliver, metrics);
        _watch = new(adapter.NodeName, time, options.Value.BeaconPeriod, beacon => _queue.Publish(new Publication(beacon)), metrics, logger);
        _receiver = new(adapter.NodeName, _envelopes.Incarnation, _watch, Registry, broadcast => Deliver(broadcast, null), metrics, logger, _json);
        if (IsAlone) return;
        metrics.Meter.CreateObservableGauge("phoenixchannels.pubsub.connected", () => _watch.IsConnected ? 1 : 0, null, "1 while what other nodes broadcast arrives, else 0.");
        metrics.Meter.CreateObservableGauge("phoenixchannels.pubsub.queue_size", () => _queue.WaitingBytes, "By", "What waits for the adapter.");
    }

    /// <summary>
    /// Raised on the thread pool when this node has missed what others broadcast, or may have: once when a lost connection works again, with <see cref="PubSubGap.Node"/> null, and once for each node
    /// whose broadcasts turn out to be missing, with their exact number. The moment to read anew what the broadcasts told of, and to have clients do so.
    /// </summary>
    /// <example>
    /// <code>
    /// pubSub.GapFound += gap => pubSub.LocalBroadcast("room:lobby", "reload", Payload.Empty);
    /// </code>
    /// </example>
    public event Action<PubSubGap>? GapFound
    {
        add => _watch.GapFound += value;
        remove => _watch.GapFound -= value;
    }

    /// <summary>How this node is connected to the others, as it is now.</summary>
    public PubSubStatus Status => IsAlone ? new(true, null, 0, []) : _watch.Status(_queue.Failures);

    /// <summary>This node's name among those that the adapter connects.</summary>
    public string NodeName => _adapter.NodeName;

    internal TopicRegistry Registry { get; }

    internal PubSubMetrics Metrics { get; }

    internal IPubSubAdapter Adapter => _adapter;

    /// <summary>Whether there are no other nodes.</summary>
    bool IsAlone => _adapter is LocalPubSubAdapter;

    /// <summary>
    /// Calls the handler for every broadcast on a topic, one at a time and in order, on the thread pool. Broadcasts wait in a
    /// bounded mailbox of the subscription's own; what does not fit is lost and reported (<see cref="SubscribeOptions"/>). What the
    /// handler throws is logged and counted, and the next broadcast is handled.
    /// </summary>
    /// <returns>The subscription; disposing it ends it.</returns>
    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    public Subscription Subscribe(string topic, Func<Broadcast, CancellationToken, ValueTask> handler, SubscribeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(handler);
        options?.Validate();
        var subscription = new Subscription(this, topic, handler, options ?? new(), _logger);
        Registry.Subscribe(topic, subscription.Subscriber);
        return subscription;
    }

    /// <summary>
    /// Sends to every subscriber of the topic on every node. Completes when the adapter has taken the message and the subscribers of
    /// this node have it in their queues; it never waits for a subscriber.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="event">The event.</param>
    /// <param name="payload">A value that encodes to a JSON object, or binary; see <see cref="Payload.From{T}"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the adapter; the message may have been taken all the same.</param>
    /// <exception cref="ArgumentException">The payload is neither a JSON object nor binary, or the topic or event of a binary broadcast is longer than 255 bytes.</exception>
    /// <exception cref="PubSubUnavailableException">The adapter did not take the message; nobody has been given it, unless <see cref="PubSubUnavailableException.IsOutcomeUnknown"/> is set.</exception>
    public ValueTask BroadcastAsync<T>(string topic, string @event, T payload, CancellationToken cancellationToken = default) =>
        PublishAsync(Prepare(topic, @event, Payload.From(payload)), null, cancellationToken);

    /// <summary>As <see cref="BroadcastAsync{T}"/>, but leaves one subscription of this node out.</summary>
    /// <inheritdoc cref="BroadcastAsync{T}"/>
    public ValueTask BroadcastFromAsync<T>(Subscription from, string topic, string @event, T payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        return PublishAsync(Prepare(topic, @event, Payload.From(payload)), from.Subscriber, cancellationToken);
    }

    /// <summary>Sends to the subscribers on this node alone.</summary>
    /// <exception cref="ArgumentException">As in <see cref="BroadcastAsync{T}"/>.</exception>
    public void LocalBroadcast<T>(string topic, string @event, T payload) =>
        Deliver(Prepare(topic, @event, Payload.From(payload)), null);

    /// <summary>Sends to the subscribers on this node alone, and leaves one of them out.</summary>
    /// <exception cref="ArgumentException">As in <see cref="BroadcastAsync{T}"/>.</exception>
    public void LocalBroadcastFrom<T>(Subscription from, string topic, string @event, T payload)
    {
        ArgumentNullException.ThrowIfNull(from);
        Deliver(Prepare(topic, @event, Payload.From(payload)), from.Subscriber);
    }

    /// <summary>Sends to the subscribers on one node; to this one when it is its own name.</summary>
    /// <exception cref="ArgumentException">As in <see cref="BroadcastAsync{T}"/>.</exception>
    /// <exception cref="PubSubUnavailableException">The adapter did not take the message. That the node exists is not promised.</exception>
    public ValueTask DirectBroadcastAsync<T>(string node, string topic, string @event, T payload, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        var broadcast = Prepare(topic, @event, Payload.From(payload));
        if (node != NodeName && !IsAlone) return _queue.PublishAsync(new(broadcast, null, node), cancellationToken);
        if (node == NodeName) Deliver(broadcast, null);
        return default;
    }

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsAlone) _watch.Start();
        await _adapter.StartAsync(_receiver, cancellationToken).ConfigureAwait(false);
    }

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        _watch.Stop();
        _queue.Stop();
        await _adapter.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encodes and checks before anything is sent: a fault is the sender's and reaches nobody.</summary>
    internal Broadcast Prepare(string topic, string @event, Payload payload)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(@event);
        var encoded = payload.Encode(_json).WithOptions(_json);
        OutgoingCheck.Broadcast(topic, @event, encoded);
        return new(topic, @event, encoded);
    }

    /// <summary>The adapter first, then this node: a message that the adapter refuses is given to nobody.</summary>
    internal ValueTask PublishAsync(Broadcast broadcast, Subscriber? from, CancellationToken cancellationToken)
    {
        if (!IsAlone) return _queue.PublishAsync(new(broadcast, from, null), cancellationToken);
        Deliver(broadcast, from);
        return default;
    }

    /// <summary>The envelope of a broadcast that is published with a transaction: to all nodes, this one among them, and not counted.</summary>
    internal byte[] WriteUncounted(Broadcast broadcast) => _envelopes.WriteUncounted(broadcast);

    void Deliver(Broadcast broadcast, Subscriber? from)
    {
        Metrics.Broadcasts.Add(1);
        Registry.Deliver(new(broadcast, from));
    }
}
