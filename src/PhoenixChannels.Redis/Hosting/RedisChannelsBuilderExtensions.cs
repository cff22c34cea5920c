using PhoenixChannels;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Connects the nodes of a server through Redis.</summary>
public static class RedisChannelsBuilderExtensions
{
    /// <summary>
    /// Connects this node to the others through Redis or another server of its protocol: broadcasts and presence reach all of them. The adapter has a connection of its own; when it is lost,
    /// broadcasts fail at once with <see cref="PubSubUnavailableException"/>, and it is looked for without end.
    /// </summary>
    /// <param name="builder">What <c>AddPhoenixChannels</c> returns.</param>
    /// <param name="configuration">The servers, as StackExchange.Redis reads them: <c>localhost:6379,password=…</c></param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentException">The configuration cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddPhoenixChannels().UseRedis("localhost:6379", o => o.Namespace = "chat");
    /// </code>
    /// </example>
    public static IChannelsBuilder UseRedis(this IChannelsBuilder builder, string configuration, Action<RedisPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRedisPubSub(configuration, configure);
        return builder;
    }

    /// <summary>
    /// As the other one, over a connection that the application has: it stays the application's, and is asked for when the node starts. It should have its <c>AbortOnConnectFail</c> off, or the
    /// application does not start without Redis.
    /// </summary>
    /// <param name="builder">What <c>AddPhoenixChannels</c> returns.</param>
    /// <param name="connection">Gives the connection.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddPhoenixChannels().UseRedis(provider => provider.GetRequiredService&lt;IConnectionMultiplexer&gt;());
    /// </code>
    /// </example>
    public static IChannelsBuilder UseRedis(this IChannelsBuilder builder, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRedisPubSub(connection, configure);
        return builder;
    }
}
