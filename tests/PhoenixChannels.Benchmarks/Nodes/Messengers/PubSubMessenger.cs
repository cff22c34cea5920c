using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>A node of PubSub, as a worker without sockets has it.</summary>
sealed class PubSubMessenger : Messenger
{
    readonly ServiceProvider _services;

    PubSubMessenger(ServiceProvider services)
    {
        _services = services;
        PubSub = services.GetRequiredService<PubSub>();
    }

    public PubSub PubSub { get; }

    public static async Task<PubSubMessenger> StartAsync(Action<IServiceCollection> addAdapter)
    {
        var services = new ServiceCollection();
        services.AddPubSub();
        addAdapter(services);
        var messenger = new PubSubMessenger(services.BuildServiceProvider());
        foreach (var service in messenger._services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        return messenger;
    }

    public override Task SubscribeAsync(string topic, Action<long> arrived)
    {
        Subscribe(topic, stamp => arrived(Clock.Now - stamp.SentAt));
        return Task.CompletedTask;
    }

    /// <summary>Whatever comes may wait: what the engine does is measured, not how quickly a handler is overrun.</summary>
    public void Subscribe(string topic, Action<Stamp> handle) => PubSub.Subscribe(topic, (broadcast, _) =>
    {
        handle(broadcast.Payload.Read<Stamp>());
        return default;
    }, new() { Capacity = int.MaxValue });

    public override async Task<int> SendAsync(string topic)
    {
        await PubSub.BroadcastAsync(topic, "stamp", Stamp.Create());
        return 1;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
