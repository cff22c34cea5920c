using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PhoenixChannels.Transports;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Takes WebSockets out of HTTP once they are connected: an idle one then costs far less memory, since nothing of HTTP's is kept for it.</summary>
public static class ChannelsTransportExtensions
{
    /// <summary>Clients that come back all at once, as after a deployment, overflow Kestrel's queue of 512, and then wait a second or more for their next attempt.</summary>
    const int Backlog = 4_096;

    /// <summary>
    /// Has all endpoints of Kestrel hand a connection over to its socket after the handshake. The handshake runs through the whole pipeline of ASP.NET Core: routing,
    /// authentication, authorization, CORS, rate limiting. Then the request is over, as is all that is bound to it: its <c>HttpContext</c> and services, request time-outs, leases of
    /// concurrency limiters, the place among <c>MaxConcurrentUpgradedConnections</c>. What bounds the connection from then on are the options of the socket. Up to 4,096 connections may wait to be
    /// accepted (<c>SocketTransportOptions.Backlog</c>, by default 512; Linux allows no more than <c>net.core.somaxconn</c>), and what a connection has received or wants to send is handled where
    /// that is noticed, without a queue of Kestrel's in between (<c>SocketTransportOptions.UnsafePreferInlineScheduling</c>): still on the thread pool, so handlers of requests may await and compute
    /// as ever. An application that wants it otherwise sets these options itself.
    /// </summary>
    /// <remarks>
    /// Endpoints with TLS call <see cref="UseChannels"/> behind <c>UseHttps</c> themselves. Those that do not, HTTP/2 and other servers than Kestrel keep the WebSockets in HTTP, where everything
    /// works as well. An application that calls <c>ConfigureEndpointDefaults</c> calls <see cref="UseChannels"/> there.
    /// </remarks>
    /// <example><code>builder.WebHost.UseChannelsTransport();</code></example>
    public static IWebHostBuilder UseChannelsTransport(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // In front of whatever configures endpoints: defaults count for those that come behind them, and the application's own settings for more than these.
        return builder.ConfigureServices(static services =>
        {
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, HandOverDefaults>());
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<SocketTransportOptions>>(new ConfigureOptions<SocketTransportOptions>(sockets =>
            {
                sockets.Backlog = Math.Max(sockets.Backlog, Backlog);
                sockets.UnsafePreferInlineScheduling = true;
            })));
        });
    }

    /// <summary>Has an endpoint hand a connection over to its socket after the handshake; see <see cref="UseChannelsTransport"/>. On an endpoint with TLS, to be called behind <c>UseHttps</c>.</summary>
    /// <example>
    /// <code>
    /// builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(443, listen =>
    /// {
    ///     listen.UseHttps();
    ///     listen.UseChannels();
    /// }));
    /// </code>
    /// </example>
    public static ListenOptions UseChannels(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.ApplicationServices?.GetService<HandOverEndpoints>()?.Add(listen);
        listen.Use(next => connection => HandOverPipe.RunAsync(connection, next));
        return listen;
    }
}
