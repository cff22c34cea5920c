using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Transports;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Mounts sockets.</summary>
public static class SocketEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Mounts a socket: its WebSocket is at the pattern and <c>/websocket</c>, its long poll, when switched on, at the pattern and <c>/longpoll</c>; phoenix.js makes
    /// both of <c>new Socket("/socket")</c>.
    /// The pattern may hold route values (<c>/socket/{tenant}</c>), which are among <see cref="ConnectInfo.Params"/>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="configure">Changes the options for this socket; they start as a copy of <see cref="ChannelsOptions.Sockets"/>.</param>
    /// <exception cref="OptionsValidationException">An option is out of its bounds, or the configuration has keys that are none.</exception>
    /// <exception cref="InvalidOperationException">Another socket is mounted on the pattern, or <c>AddPhoenixChannels</c> was not called.</exception>
    public static SocketEndpointConventionBuilder<TSocket> MapSocket<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Action<SocketOptions>? configure = null)
        where TSocket : Socket
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        var server = services.GetService<SocketServer>() ?? throw new InvalidOperationException("MapSocket needs the channels' services: call builder.Services.AddPhoenixChannels() first.");
        var global = services.GetRequiredService<IOptions<ChannelsOptions>>().Value;
        var options = global.Sockets.Clone();
        configure?.Invoke(options);
        options.Validate();
        var endpoint = new SocketEndpoint(
            options,
            global.Json,
            server,
            services.GetRequiredService<PubSub>(),
            services.GetRequiredService<ChannelsMetrics>(),
            services.GetRequiredService<ChannelsTracing>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
        server.Mount(endpoints, pattern, endpoint);
        var connector = new SocketConnector(endpoint, new ServiceFactory<Socket, TSocket>());
        var transports = new List<IEndpointConventionBuilder>();
        var path = pattern.TrimEnd('/');
        if (options.WebSocket.Enabled) transports.Add(MapWebSocket(endpoints, path + options.WebSocket.Path, new(endpoint, connector)));
        if (options.LongPoll.Enabled)
        {
            var nodes = services.GetRequiredService<LongPollNodes>();
            var sessions = new LongPollSessions(endpoint, services.GetRequiredService<LongPollTokens>(), nodes);
            nodes.Add(sessions);
            transports.Add(MapLongPoll(endpoints, path + options.LongPoll.Path, new(endpoint, connector, sessions)));
        }

        // Only the finished route knows what groups have put in front of the pattern.
        var suffix = options.WebSocket.Enabled ? options.WebSocket.Path : options.LongPoll.Path;
        transports[0].Add(builder => endpoint.Path = ((RouteEndpointBuilder)builder).RoutePattern.RawText?[..^suffix.Length] ?? pattern);
        return new(endpoint, transports);
    }

    static IEndpointConventionBuilder MapLongPoll(IEndpointRouteBuilder endpoints, string pattern, LongPollTransport transport) =>
        endpoints.Map(pattern, transport.HandleAsync).WithDisplayName($"Socket {pattern}").WithMetadata(new OutputCacheAttribute { NoStore = true });

    static IEndpointConventionBuilder MapWebSocket(IEndpointRouteBuilder endpoints, string pattern, WebSocketTransport transport)
    {
        // With the middleware of its own it works whether or not the application calls UseWebSockets.
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(transport.HandleAsync);
        return endpoints.Map(pattern, pipeline.Build()).WithDisplayName($"Socket {pattern}");
    }
}
