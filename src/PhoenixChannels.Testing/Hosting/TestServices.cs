using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Connections;
using PhoenixChannels.Testing.Clock;

namespace PhoenixChannels.Testing.Hosting;

/// <summary>The services of a host: the application's, on the test's time.</summary>
internal static class TestServices
{
    public static IHost Build(TestTime time, Action<IServiceCollection>? configure, out List<Type> presences)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateScopes = true }));
        var services = builder.Services;
        services.AddPhoenixChannels();
        configure?.Invoke(services);
        services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(time);
        services.AddSingleton<IHostLifetime, NoLifetime>();

        // The host scans by itself when it moves the time. Keys protect long polls, of which there are none.
        Remove(services, service => service.ImplementationType == typeof(IdleScanner));
        Remove(services, service => service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly);
        presences = [.. services.Select(service => service.ServiceType).Where(typeof(Presence).IsAssignableFrom).Distinct()];
        return builder.Build();
    }

    static void Remove(IServiceCollection services, Func<ServiceDescriptor, bool> isUnwanted)
    {
        foreach (var service in services.Where(service => service.ServiceType == typeof(IHostedService) && !service.IsKeyedService && isUnwanted(service)).ToList()) services.Remove(service);
    }

    /// <summary>The test starts and stops the host, not a signal.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
