using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels;

/// <summary>How an adapter's package makes it the one.</summary>
internal static class PubSubAdapterRegistration
{
    /// <exception cref="InvalidOperationException">Another one has been chosen already.</exception>
    public static void Add(IServiceCollection services, Func<IServiceProvider, IPubSubAdapter> create)
    {
        foreach (var service in services)
        {
            if (service.ServiceType == typeof(IPubSubAdapter) && service.ImplementationType != typeof(Adapters.LocalPubSubAdapter))
                throw new InvalidOperationException("The nodes are connected by another adapter already: call UsePostgres or UseRedis once, and register no IPubSubAdapter besides.");
        }

        services.AddSingleton(create);
    }
}
