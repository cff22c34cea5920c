using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>Builds a channel from lambdas; for one with state of its own, derive from <see cref="Channel{TSocket}"/>.</summary>
/// <typeparam name="TSocket">The socket's class.</typeparam>
/// <example>
/// <code>
/// app.MapSocket&lt;UserSocket&gt;("/socket").MapChannel("echo:*", channel => channel
///     .On&lt;NewMessage&gt;("shout", (c, message, ct) => c.BroadcastAsync("shout", message, ct)));
/// </code>
/// </example>
public sealed class ChannelBuilder<TSocket>
    where TSocket : Socket
{
    readonly LambdaChannelDefinition<TSocket> _definition = new();

    internal ChannelBuilder()
    {
    }

    internal ChannelRouteBuilder Route { get; } = new();

    internal List<object> Demands { get; } = [];

    /// <summary>Asks for authorization when a client joins, before <see cref="OnJoin(Func{ChannelContext{TSocket}, Payload, Reply})"/>. Who does not pass gets the error reply <c>{"reason":"unauthorized"}</c>.</summary>
    /// <param name="policies">The policies to meet, all of them; none means the default policy, any authenticated user unless it was changed. Their resource is the channel.</param>
    public ChannelBuilder<TSocket> RequireAuthorization(params string[] policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        if (policies.Length == 0) Demands.Add(new AuthorizeAttribute());
        foreach (var policy in policies) Demands.Add(new AuthorizeAttribute(policy));
        return this;
    }

    /// <inheritdoc cref="ChannelRouteBuilder.AddFilter"/>
    public ChannelBuilder<TSocket> AddFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>()
        where TFilter : class, IChannelFilter
    {
        Route.AddFilter<TFilter>();
        return this;
    }

    /// <summary>Decides whether the client may join; without it everybody may.</summary>
    public ChannelBuilder<TSocket> OnJoin(Func<ChannelContext<TSocket>, Payload, Reply> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnJoin((context, payload, _) => new(handler(context, payload)));
    }

    /// <inheritdoc cref="OnJoin(Func{ChannelContext{TSocket}, Payload, Reply})"/>
    public ChannelBuilder<TSocket> OnJoin(Func<ChannelContext<TSocket>, Payload, CancellationToken, ValueTask<Reply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.Join = handler;
        return this;
    }

    /// <summary>Runs as soon as the client is in.</summary>
    public ChannelBuilder<TSocket> OnJoined(Func<ChannelContext<TSocket>, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.Joined = handler;
        return this;
    }

    /// <summary>Handles an event with all there is of its message: the raw payload, and the <see cref="SocketRef"/> for an answer later.</summary>
    /// <exception cref="ArgumentException">The event has a handler already.</exception>
    public ChannelBuilder<TSocket> On(string @event, Func<ChannelContext<TSocket>, Message, CancellationToken, ValueTask<Reply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(_definition.HandleIn, @event, handler);
        return this;
    }

    /// <summary>Handles an event and replies.</summary>
    /// <exception cref="ArgumentException">The event has a handler already.</exception>
    public ChannelBuilder<TSocket> On<T>(string @event, Func<ChannelContext<TSocket>, T, CancellationToken, ValueTask<Reply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(@event, (context, message, ct) => handler(context, message.Payload.Read<T>(), ct));
    }

    /// <summary>Handles an event without a reply.</summary>
    /// <exception cref="ArgumentException">The event has a handler already.</exception>
    public ChannelBuilder<TSocket> On<T>(string @event, Func<ChannelContext<TSocket>, T, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<T>(@event, async (context, payload, ct) =>
        {
            await handler(context, payload, ct).ConfigureAwait(false);
            return Reply.None;
        });
    }

    /// <summary>Handles broadcasts of an event before they go to the client: push them on, changed or not, or drop them.</summary>
    /// <exception cref="ArgumentException">The event is intercepted already.</exception>
    public ChannelBuilder<TSocket> Intercept<T>(string @event, Action<ChannelContext<TSocket>, T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(_definition.HandleOut, @event, (context, payload) => handler(context, payload.Read<T>()));
        return this;
    }

    /// <summary>Handles what the channel sends to itself, and broadcasts on other topics that it has subscribed to.</summary>
    public ChannelBuilder<TSocket> OnInfo(Func<ChannelContext<TSocket>, object, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.Info = handler;
        return this;
    }

    /// <summary>Runs when the channel ends.</summary>
    public ChannelBuilder<TSocket> OnTerminate(Func<ChannelContext<TSocket>, Termination, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.Terminate = handler;
        return this;
    }

    internal LambdaChannelDefinition<TSocket> Build() => _definition;

    static void Add<THandler>(Dictionary<string, THandler> handlers, string @event, THandler handler)
    {
        if (!handlers.TryAdd(@event, handler)) throw new ArgumentException($"The event '{@event}' has two handlers: keep one.", nameof(@event));
    }
}
