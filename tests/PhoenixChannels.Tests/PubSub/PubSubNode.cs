using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Broadcasting;

/// <summary>PubSub as a host without a web server has it.</summary>
sealed class PubSubNode : IAsyncDisposable
{
    readonly ServiceProvider _services;

    /// <summary>A node that is not started yet.</summary>
    /// <param name="adapter">Null for the default, which is in-process.</param>
    /// <param name="configure">Sets options.</param>
    /// <param name="add">Adds services, an adapter's among them.</param>
    public PubSubNode(IPubSubAdapter? adapter = null, Action<PubSubOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddPubSub(configure);
        services.AddLogging(logging => logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(Log));
        if (adapter is not null) services.AddSingleton(adapter);
        add?.Invoke(services);
        _services = services.BuildServiceProvider();
        Metrics = new(_services.GetRequiredService<IMeterFactory>());
        PubSub = _services.GetRequiredService<PubSub>();
    }

    public PubSub PubSub { get; }

    public MetricRecorder Metrics { get; }

    public LogRecorder Log { get; } = new();

    public static async Task<PubSubNode> StartAsync(IPubSubAdapter? adapter = null, Action<PubSubOptions>? configure = null)
    {
        var node = new PubSubNode(adapter, configure);
        await node.StartAsync();
        return node;
    }

    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StartAsync(default).InTimeAsync();
    }

    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StopAsync(default).InTimeAsync();
    }

    public long Sum(string counter) => Metrics.Sum($"phoenixchannels.pubsub.{counter}", null);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Metrics.Dispose();
        await _services.DisposeAsync();
    }
}
