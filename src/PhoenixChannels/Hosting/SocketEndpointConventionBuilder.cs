using System.Diagnostics.CodeAnalysis;
using PhoenixChannels;
using PhoenixChannels.Connections;

namespace Microsoft.AspNetCore.Builder;

/// <summary>A mounted socket: maps its channels, and takes endpoint conventions such as <c>RequireAuthorization</c>.</summary>
/// <typeparam name="TSocket">The socket's class.</typeparam>
public sealed class SocketEndpointConventionBuilder<TSocket> : IEndpointConventionBuilder
    where TSocket : Socket
{
    readonly SocketEndpoint _endpoint;
    readonly List<IEndpointConventionBuilder> _transports;

    internal SocketEndpointConventionBuilder(SocketEndpoint endpoint, List<IEndpointConventionBuilder> transports)
    {
        _endpoint = endpoint;
        _transports = transports;
    }

    internal SocketEndpoint Endpoint => _endpoint;

    /// <summary>Maps a channel class on an exact topic (<c>lobby</c>) or a prefix (<c>room:*</c>). Of several that match, the first one mapped is taken.</summary>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> before its end, or the channel is for another socket class.</exception>
    public SocketEndpointConventionBuilder<TSocket> MapChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(string topicPattern)
        where TChannel : Channel
    {
        RequireFittingSocket(typeof(TChannel));
        var factory = new ServiceFactory<Channel, TChannel>();
        return Map(topicPattern, process => factory.Create(factory.NeedsServices ? process.Services : null));
    }

    /// <summary>Maps a channel made of lambdas.</summary>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> before its end.</exception>
    public SocketEndpointConventionBuilder<TSocket> MapChannel(string topicPattern, Action<ChannelBuilder<TSocket>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new ChannelBuilder<TSocket>();
        configure(builder);
        var definition = builder.Build();
        return Map(topicPattern, _ => new LambdaChannel<TSocket>(definition));
    }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var transport in _transports) transport.Add(convention);
    }

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var transport in _transports) transport.Finally(finallyConvention);
    }

    SocketEndpointConventionBuilder<TSocket> Map(string topicPattern, Func<ChannelProcess, Channel> create)
    {
        _endpoint.Routes.Add(new(topicPattern, create));
        return this;
    }

    static void RequireFittingSocket(Type channel)
    {
        for (var type = channel.BaseType; type is not null; type = type.BaseType)
        {
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Channel<>)) continue;
            var socket = type.GetGenericArguments()[0];
            if (!socket.IsAssignableFrom(typeof(TSocket)))
                throw new ArgumentException($"{channel.Name} is a Channel<{socket.Name}> and cannot be mapped on {typeof(TSocket).Name}: map it on MapSocket<{socket.Name}>, or derive it from Channel<{typeof(TSocket).Name}>.");
        }
    }
}
