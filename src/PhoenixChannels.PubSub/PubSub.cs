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
    readonly Lock _publishing = new();
    readonly IPubSubAdapter _adapter;
    readonly ILogger<PubSub> _logger;
    readonly JsonSerializerOptions _json;
    readonly EnvelopeWriter _envelopes;
    readonly EnvelopeReceiver _receiver;

    internal PubSub(IOptions<PubSubOptions> options, IPubSubAdapter adapter, PubSubMetrics metrics, ILogger<PubSub> logger)
    {
        _adapter = adapter;
        _logger = logger;
        options.Value.Validate();
        _json = options.Value.Json;
        _envelopes = new(adapter.NodeName);
        Metrics = metrics;
        Registry = new(adapter.InterestChanged);
        _receiver = new(adapter.NodeName, _envelopes.Incarnation, broadcast => Deliver(broadcast, null), metrics, logger, _json);
    }

    /// <summary>This node's name among those that the adapter connects.</summary>
    public string NodeName => _adapter.NodeName;

    internal TopicRegistry Registry { get; }

    internal PubSubMetrics Metrics { get; }

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
    /// <exception cref="PubSubUnavailableException">The adapter did not take the message; nobody has been given it.</exception>
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
        if (node != NodeName) return _adapter.PublishToAsync(node, _envelopes.WriteDirect(broadcast), cancellationToken);
        Deliver(broadcast, null);
        return default;
    }

    internal Task StartAsync(CancellationToken cancellationToken) => _adapter.StartAsync(_receiver, cancellationToken);

    internal Task StopAsync(CancellationToken cancellationToken) => _adapter.StopAsync(cancellationToken);

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
        if (_adapter is LocalPubSubAdapter)
        {
            Deliver(broadcast, from);
            return default;
        }

        // Numbered and handed over in one: other nodes take a number that comes late for one that is missing.
        ValueTask publishing;
        lock (_publishing) publishing = _adapter.PublishAsync(_envelopes.Write(broadcast), cancellationToken);
        if (!publishing.IsCompletedSuccessfully) return DeliverAfterAsync(publishing, broadcast, from);
        publishing.GetAwaiter().GetResult();
        Deliver(broadcast, from);
        return default;
    }

    async ValueTask DeliverAfterAsync(ValueTask publishing, Broadcast broadcast, Subscriber? from)
    {
        await publishing.ConfigureAwait(false);
        Deliver(broadcast, from);
    }

    void Deliver(Broadcast broadcast, Subscriber? from)
    {
        Metrics.Broadcasts.Add(1);
        Registry.Deliver(new(broadcast, from));
    }
}
