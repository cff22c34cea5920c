using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
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
    /// <remarks>
    /// <c>[Authorize]</c> attributes on the class are asked for when a client joins, before <see cref="Channel.JoinAsync"/> (the class's constructor has run by then); who does not pass
    /// gets the error reply <c>{"reason":"unauthorized"}</c>. They are inherited; <c>[AllowAnonymous]</c> on a class lifts those of its base classes.
    /// <para>
    /// The host does not start with a channel whose constructor or handlers ask for a service or a policy that is not there, or that would read a registered service from the client's payload for
    /// want of <c>[FromServices]</c>.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> before its end, or the channel is for another socket class.</exception>
    /// <exception cref="InvalidOperationException">The class asks for authorization and <c>AddAuthorization</c> was not called, or it asks for authentication schemes. A policy that is not known stops the host's start.</exception>
    public SocketEndpointConventionBuilder<TSocket> MapChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(string topicPattern)
        where TChannel : Channel => MapChannel<TChannel>(topicPattern, _ => { });

    /// <summary>Maps a channel class and adds what belongs to it alone, such as filters.</summary>
    /// <inheritdoc cref="MapChannel{TChannel}(string)"/>
    public SocketEndpointConventionBuilder<TSocket> MapChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(string topicPattern, Action<ChannelRouteBuilder> configure)
        where TChannel : Channel
    {
        ArgumentNullException.ThrowIfNull(configure);
        RequireFittingSocket(typeof(TChannel));
        var builder = new ChannelRouteBuilder();
        configure(builder);
        var factory = new ServiceFactory<Channel, TChannel>();
        return Map(topicPattern, typeof(TChannel).Name, process => factory.Create(factory.NeedsServices ? process.Services : null), DemandsOf(typeof(TChannel)), builder.Filters, new(typeof(TChannel)));
    }

    /// <summary>Maps a channel made of lambdas.</summary>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> before its end.</exception>
    /// <exception cref="InvalidOperationException">It asks for authorization and <c>AddAuthorization</c> was not called. A policy that is not known stops the host's start.</exception>
    public SocketEndpointConventionBuilder<TSocket> MapChannel(string topicPattern, Action<ChannelBuilder<TSocket>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new ChannelBuilder<TSocket>();
        configure(builder);
        var definition = builder.Build();
        return Map(topicPattern, "The channel", _ => new LambdaChannel<TSocket>(definition), [.. builder.Demands], builder.Route.Filters, null);
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

    SocketEndpointConventionBuilder<TSocket> Map(
        string topicPattern, string name, Func<ChannelProcess, Channel> create, object[] demands, List<Func<ChannelFilters, IChannelFilter>> filters, ChannelDemands? @class)
    {
        var server = _endpoint.Server;
        if (demands.Length > 0)
        {
            ChannelAuthorizer.RequireHonourable(demands, name);
            ChannelAuthorizer.RequireServices(server.Services);
        }

        _endpoint.Routes.Add(new(topicPattern, name, create, demands, [.. server.Filters.Global, .. filters.Select(filter => filter(server.Filters))]) { Class = @class });
        return this;
    }

    /// <summary>What a class asks of whoever joins: its attributes and those of its base classes, up to one with <c>[AllowAnonymous]</c>.</summary>
    static object[] DemandsOf(Type channel)
    {
        var demands = new List<object>();
        for (var type = channel; type is not null; type = type.BaseType)
        {
            var attributes = type.GetCustomAttributes(inherit: false);
            if (attributes.Any(attribute => attribute is IAllowAnonymous)) break;
            demands.AddRange(attributes.Where(attribute => attribute is IAuthorizeData or IAuthorizationRequirementData));
        }

        return [.. demands];
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
