using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace PhoenixChannels;

/// <summary>What a lambda may do with its channel; every member is that of <see cref="Channel"/>.</summary>
/// <typeparam name="TSocket">The socket's class.</typeparam>
public sealed class ChannelContext<TSocket>
    where TSocket : Socket
{
    readonly Channel<TSocket> _channel;

    internal ChannelContext(Channel<TSocket> channel) => _channel = channel;

    /// <inheritdoc cref="Channel.Topic"/>
    public string Topic => _channel.Topic;

    /// <inheritdoc cref="Channel.Subtopic"/>
    public string Subtopic => _channel.Subtopic;

    /// <inheritdoc cref="Channel{TSocket}.Socket"/>
    public TSocket Socket => _channel.Socket;

    /// <inheritdoc cref="Channel.User"/>
    public ClaimsPrincipal User => _channel.User;

    /// <inheritdoc cref="Channel.Closed"/>
    public CancellationToken Closed => _channel.Closed;

    /// <inheritdoc cref="Channel.Items"/>
    public IDictionary<object, object?> Items => _channel.Items;

    /// <inheritdoc cref="Channel.Services"/>
    public IServiceProvider Services => _channel.Services;

    /// <inheritdoc cref="Channel.CallServices"/>
    public IServiceProvider CallServices => _channel.CallServices;

    /// <inheritdoc cref="Channel.AuthorizeAsync(IAuthorizeData[])"/>
    public ValueTask<bool> AuthorizeAsync(params IAuthorizeData[] authorization) => _channel.AuthorizeAsync(authorization);

    /// <inheritdoc cref="Channel.AuthorizeAsync(string)"/>
    public ValueTask<bool> AuthorizeAsync(string policy) => _channel.AuthorizeAsync(policy);

    /// <inheritdoc cref="Channel.Push"/>
    public void Push<T>(string @event, T payload) => _channel.Push(@event, payload);

    /// <inheritdoc cref="Channel.BroadcastAsync"/>
    public ValueTask BroadcastAsync<T>(string @event, T payload, CancellationToken cancellationToken = default) => _channel.BroadcastAsync(@event, payload, cancellationToken);

    /// <inheritdoc cref="Channel.BroadcastFromAsync"/>
    public ValueTask BroadcastFromAsync<T>(string @event, T payload, CancellationToken cancellationToken = default) => _channel.BroadcastFromAsync(@event, payload, cancellationToken);

    /// <inheritdoc cref="Channel.LocalBroadcast"/>
    public void LocalBroadcast<T>(string @event, T payload) => _channel.LocalBroadcast(@event, payload);

    /// <inheritdoc cref="Channel.Send"/>
    public void Send(object message) => _channel.Send(message);

    /// <inheritdoc cref="Channel.SendAfter"/>
    public IDisposable SendAfter(object message, TimeSpan delay) => _channel.SendAfter(message, delay);

    /// <inheritdoc cref="Channel.Subscribe"/>
    public void Subscribe(string topic) => _channel.Subscribe(topic);

    /// <inheritdoc cref="Channel.Unsubscribe"/>
    public void Unsubscribe(string topic) => _channel.Unsubscribe(topic);

    /// <inheritdoc cref="Channel.Stop"/>
    public void Stop() => _channel.Stop();
}
