using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels;

/// <summary>
/// One client's membership in one topic: derive from it, preferably from <see cref="Channel{TSocket}"/>. One instance per join; its
/// fields are its state, and no lock is needed, since its callbacks run one at a time and in order. The counterpart of
/// <see href="https://hexdocs.pm/phoenix/Phoenix.Channel.html">Phoenix.Channel</see>.
/// </summary>
/// <remarks>
/// An exception out of a callback crashes this channel alone: it is logged and counted, the client gets <c>phx_error</c> and joins
/// again. The exception's text never reaches the client. The constructor may ask for services; they live as long as the channel.
/// </remarks>
/// <example>
/// <code>
/// sealed class RoomChannel : Channel&lt;UserSocket&gt;
/// {
///     protected override ValueTask&lt;Reply&gt; JoinAsync(Payload payload, CancellationToken ct) => new(Reply.Ok(new { topic = Topic }));
///
///     protected override async ValueTask&lt;Reply&gt; HandleInAsync(Message message, CancellationToken ct)
///     {
///         if (message.Event != "new_msg") return await base.HandleInAsync(message, ct);
///         await BroadcastAsync("new_msg", message.Payload, ct);
///         return Reply.Ok();
///     }
/// }
/// </code>
/// </example>
public abstract class Channel
{
    Dictionary<object, object?>? _items;

    /// <summary>The topic that was joined.</summary>
    public string Topic => Process.Topic;

    /// <summary>What the <c>*</c> of the route stands for; empty for an exact topic.</summary>
    public string Subtopic => Process.Subtopic;

    /// <summary>The connection.</summary>
    public Socket Socket => Process.Connection.Socket;

    /// <summary>The connection's user.</summary>
    public ClaimsPrincipal User => Socket.User;

    /// <summary>Whatever else belongs to the channel; made on first use. To be used from the channel's callbacks only.</summary>
    public IDictionary<object, object?> Items => _items ??= [];

    /// <summary>Services from a scope that lives as long as the channel; made on first use.</summary>
    public IServiceProvider Services => Process.Services;

    /// <summary>
    /// Services from a scope around the callback that runs, such as one database context for each message; made on first use, and disposed of when the
    /// callback has ended. What <c>[FromServices]</c> parameters of a handler come from.
    /// </summary>
    /// <exception cref="InvalidOperationException">No callback runs.</exception>
    protected internal IServiceProvider CallServices => Process.CallServices;

    /// <summary>Cancelled when the channel has ended; the token that callbacks get.</summary>
    public CancellationToken Closed => Process.Closed;

    internal ChannelProcess Process
    {
        get => field ?? throw new InvalidOperationException("The channel is not joined yet: its topic, socket and services can be used from JoinAsync on, not in the constructor.");
        set;
    }

    /// <summary>
    /// Decides whether the client may join: <see cref="Reply.Ok()"/> (or <see cref="Reply.None"/>) lets it in, <see cref="Reply.Error(string)"/>
    /// refuses. It only decides: pushing, broadcasting and subscribing belong into <see cref="JoinedAsync"/>, and throw here. Other topics of
    /// the connection go on meanwhile; beyond <see cref="SocketOptions.JoinTimeout"/> the join is refused with <c>join timeout</c>.
    /// </summary>
    protected internal abstract ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken);

    /// <summary>The channel's first message: it is subscribed to its topic, and the join's reply is on its way.</summary>
    protected internal virtual ValueTask JoinedAsync(CancellationToken cancellationToken) => default;

    /// <summary>
    /// Handles an event from the client; what is returned is sent as its reply. The default throws, as an event without a
    /// handler crashes the channel in Phoenix: call it for events that are not known.
    /// </summary>
    protected internal virtual ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) =>
        throw new UnhandledEventException($"{GetType().Name} has no handler for the event '{LogText.Of(message.Event)}'.");

    /// <summary>
    /// The events that, when broadcast on the topic, go through <see cref="HandleOutAsync"/> instead of straight to the client. Read once, after
    /// the join. Intercepting costs one encoding per subscriber, where others share one.
    /// </summary>
    protected internal virtual IReadOnlyCollection<string> Intercepts => [];

    /// <summary>Handles a broadcast of an intercepted event: push it on, changed or not, or drop it.</summary>
    protected internal virtual ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken) =>
        throw new UnhandledEventException($"{GetType().Name} intercepts the event '{broadcast?.Event}' but does not override HandleOutAsync.");

    /// <summary>Handles what <see cref="Send"/> and <see cref="SendAfter"/> have sent, and, as a <see cref="Broadcast"/>, what is broadcast on the topics of <see cref="Subscribe"/>.</summary>
    protected internal virtual ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken) => default;

    /// <summary>The channel's last message, once for every channel whose join was accepted, whatever ended it. After a duplicate join, a kick or a lost connection, what is pushed here goes nowhere.</summary>
    protected internal virtual ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Whether the connection's user meets what <c>[Authorize]</c> attributes ask for: policies, roles, and requirements that attributes bring themselves. The policies' resource is
    /// this channel, so that an <c>AuthorizationHandler&lt;TRequirement, RoomChannel&gt;</c> decides by its topic, its socket or its state. To be used from callbacks;
    /// its services are <see cref="CallServices"/>. A false is counted.
    /// </summary>
    /// <param name="authorization">At least one. Their policy is combined once for each array: keep it in a static field.</param>
    /// <exception cref="InvalidOperationException"><c>AddAuthorization</c> was not called, a policy is not known, there is nothing to ask for, or authentication schemes are asked for, which only the socket's own <c>RequireAuthorization</c> can do.</exception>
    protected internal ValueTask<bool> AuthorizeAsync(params IAuthorizeData[] authorization)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        return Process.Connection.Endpoint.Authorizer.AuthorizeAsync(this, (object[])authorization);
    }

    /// <summary>Whether the connection's user meets a policy; its resource is this channel. To be used from callbacks. A false is counted.</summary>
    /// <param name="policy">The policy's name.</param>
    /// <exception cref="InvalidOperationException"><c>AddAuthorization</c> was not called, or the policy is not known.</exception>
    protected internal ValueTask<bool> AuthorizeAsync(string policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Process.Connection.Endpoint.Authorizer.AuthorizeAsync(this, policy);
    }

    /// <summary>Sends an event to this client alone. Only queues; after the channel's end it does nothing but count.</summary>
    /// <param name="event">The event.</param>
    /// <param name="payload">A value that encodes to a JSON object, or binary; see <see cref="Payload.From{T}"/>.</param>
    /// <exception cref="ArgumentException">The payload is neither a JSON object nor binary.</exception>
    /// <exception cref="NotSupportedException">The client's protocol version cannot carry it, such as binary in version 1.</exception>
    /// <exception cref="InvalidOperationException">Called from <see cref="JoinAsync"/>.</exception>
    protected internal void Push<T>(string @event, T payload) => Process.Push(@event, Payload.From(payload));

    /// <summary>Sends an event to everybody on the topic, on all nodes, this client included. See <see cref="PubSub.BroadcastAsync{T}"/> for what its completion promises.</summary>
    /// <inheritdoc cref="PubSub.BroadcastAsync{T}"/>
    /// <exception cref="InvalidOperationException">Called from <see cref="JoinAsync"/>.</exception>
    protected internal ValueTask BroadcastAsync<T>(string @event, T payload, CancellationToken cancellationToken = default) =>
        Process.BroadcastAsync(@event, Payload.From(payload), fromSelf: false, cancellationToken);

    /// <summary>Sends an event to everybody on the topic but this channel.</summary>
    /// <inheritdoc cref="BroadcastAsync{T}"/>
    protected internal ValueTask BroadcastFromAsync<T>(string @event, T payload, CancellationToken cancellationToken = default) =>
        Process.BroadcastAsync(@event, Payload.From(payload), fromSelf: true, cancellationToken);

    /// <summary>Sends an event to the topic's subscribers on this node alone.</summary>
    /// <exception cref="ArgumentException">As in <see cref="BroadcastAsync{T}"/>.</exception>
    /// <exception cref="InvalidOperationException">Called from <see cref="JoinAsync"/>.</exception>
    protected internal void LocalBroadcast<T>(string @event, T payload) => Process.LocalBroadcast(@event, Payload.From(payload));

    /// <summary>Posts a message to this channel itself; it arrives in <see cref="HandleInfoAsync"/> behind what waits already. May be called from any thread; after the channel's end it does nothing but count.</summary>
    /// <exception cref="InvalidOperationException">The mailbox is full (<see cref="SocketOptions.MaxMailboxLength"/>).</exception>
    protected internal void Send(object message) => Process.Send(message);

    /// <summary>As <see cref="Send"/>, after a delay. Disposing what is returned takes it back unless it waits in the mailbox already; the channel's end does, too. One that finds the mailbox full crashes the channel.</summary>
    protected internal IDisposable SendAfter(object message, TimeSpan delay) => Process.SendAfter(message, delay);

    /// <summary>Subscribes the channel to another topic; its broadcasts arrive in <see cref="HandleInfoAsync"/>. A second time is without effect.</summary>
    /// <exception cref="InvalidOperationException">Called from <see cref="JoinAsync"/>.</exception>
    protected internal void Subscribe(string topic) => Process.Subscribe(topic);

    /// <summary>Takes back <see cref="Subscribe"/>.</summary>
    protected internal void Unsubscribe(string topic) => Process.Unsubscribe(topic);

    /// <summary>Ends the channel after the current message, and behind its reply: the client gets <c>phx_close</c> and does not join again by itself.</summary>
    protected internal void Stop() => Process.Stop();
}

/// <summary>A channel that knows its socket's type.</summary>
/// <typeparam name="TSocket">The socket class that the channel is mapped on.</typeparam>
public abstract class Channel<TSocket> : Channel
    where TSocket : Socket
{
    /// <summary>The connection.</summary>
    public new TSocket Socket => (TSocket)base.Socket;
}
