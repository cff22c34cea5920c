using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PhoenixChannels;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Hosting;
using PhoenixChannels.Transports;
using PhoenixChannels.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the channels server.</summary>
public static class PhoenixChannelsServiceCollectionExtensions
{
    /// <summary>
    /// Adds what sockets and channels need, <see cref="PubSub"/> and <see cref="IBroadcaster"/> among it. Sockets are mounted with
    /// <c>app.MapSocket</c>. Their options are read from the section <c>Channels</c> of the configuration, where there is one, once: later changes
    /// have no effect. What is wrong with them stops the host's start with an <see cref="OptionsValidationException"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options of all sockets; wins over the configuration.</param>
    public static IChannelsBuilder AddPhoenixChannels(this IServiceCollection services, Action<ChannelsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ChannelsOptionsSetup.Register(services, configure);
        services.AddPubSub();
        services.AddMetrics();
        services.AddDataProtection();
        services.AddOptions<PubSubOptions>().Configure<IOptions<ChannelsOptions>>((pubSub, channels) => pubSub.Json = channels.Value.Json);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChannelsMetrics>();
        services.TryAddSingleton<ChannelFilters>();
        services.TryAddSingleton<ChannelsTracing>();
        services.TryAddSingleton<SocketServer>();
        services.TryAddSingleton<LongPollTokens>();
        services.TryAddSingleton<LongPollNodes>();
        services.TryAddSingleton<IBroadcaster, Broadcaster>();
        services.TryAddSingleton<ISocketRegistry, SocketRegistry>();
        services.TryAddSingleton<StarvationWarning>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, IdleScanner>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SocketDrainer>());
        services.TryAddSingleton<HandOverEndpoints>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HandOverEndpoints>(provider => provider.GetRequiredService<HandOverEndpoints>()));
        return new ChannelsBuilder(services);
    }
}
