using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Connects the nodes of <see cref="PubSub"/> through Redis.</summary>
public static class RedisPubSubServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="PubSub"/> by itself, for a worker without sockets, connected to the other nodes through Redis or another server of its protocol. The adapter has a connection of its own;
    /// when it is lost, broadcasts fail at once with <see cref="PubSubUnavailableException"/>, and it is looked for without end.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The servers, as StackExchange.Redis reads them: <c>localhost:6379,password=…</c></param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentException">The configuration cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example>
    /// <code>
    /// services.AddRedisPubSub("localhost:6379", o => o.NodeName = "worker-1");
    /// </code>
    /// </example>
    public static IServiceCollection AddRedisPubSub(this IServiceCollection services, string configuration, Action<RedisPubSubOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        var read = Read(configuration);
        return services.AddAdapter((_, options) => RedisSource.Of(read, options), configure);
    }

    /// <summary>
    /// As the other one, over a connection that the application has: it stays the application's, and is asked for when the node starts. It should have its <c>AbortOnConnectFail</c> off, or the
    /// application does not start without Redis.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="connection">Gives the connection.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example>
    /// <code>
    /// services.AddRedisPubSub(provider => provider.GetRequiredService&lt;IConnectionMultiplexer&gt;());
    /// </code>
    /// </example>
    public static IServiceCollection AddRedisPubSub(this IServiceCollection services, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return services.AddAdapter((provider, _) => RedisSource.Of(() => connection(provider)), configure);
    }

    static IServiceCollection AddAdapter(this IServiceCollection services, Func<IServiceProvider, RedisPubSubOptions, RedisSource> source, Action<RedisPubSubOptions>? configure)
    {
        services.AddPubSub();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(provider => new RedisMetrics(provider.GetService<IMeterFactory>()));
        PubSubAdapterRegistration.Add(services, provider =>
        {
            var options = provider.GetRequiredService<IOptions<RedisPubSubOptions>>().Value;
            return new RedisPubSubAdapter(
                options,
                source(provider, options),
                provider.GetRequiredService<RedisMetrics>(),
                provider.GetRequiredService<ILogger<RedisPubSubAdapter>>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System);
        });
        return services;
    }

    /// <summary>What cannot be read is not repeated: it may hold the password.</summary>
    static ConfigurationOptions Read(string configuration)
    {
        // A URL, which the client would take for a host's name, password and all.
        if (configuration.Contains("://", StringComparison.Ordinal) || configuration.Split(',')[0].Contains('@', StringComparison.Ordinal)) throw Unreadable(configuration);
        try
        {
            return ConfigurationOptions.Parse(configuration);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw Unreadable(configuration);
        }
    }

    static ArgumentException Unreadable(string configuration) =>
        new("StackExchange.Redis cannot read the Redis configuration: write it as host:port,user=…,password=…,ssl=true", nameof(configuration));
}
