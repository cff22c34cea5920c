using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="PubSub"/>.</summary>
public static class PubSubServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="PubSub"/> by itself, for a worker without sockets. It is in-process unless an <see cref="IPubSubAdapter"/> is registered.
    /// The host connects the adapter when it starts.
    /// </summary>
    public static IServiceCollection AddPubSub(this IServiceCollection services, Action<PubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.AddLogging();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton<IPubSubAdapter, LocalPubSubAdapter>();
        services.TryAddSingleton(provider => new PubSubMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => new PubSub(
            provider.GetRequiredService<IOptions<PubSubOptions>>(),
            provider.GetRequiredService<IPubSubAdapter>(),
            provider.GetRequiredService<PubSubMetrics>(),
            provider.GetRequiredService<ILogger<PubSub>>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PubSubService>());
        return services;
    }
}
