using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>Two nodes that are linked within this process: what one sends arrives at the other.</summary>
sealed class LinkedMessenger(PubSubMessenger here, PubSubMessenger there) : Messenger
{
    public static async Task<LinkedMessenger> StartAsync()
    {
        var network = new LinkedPubSubNetwork();
        return new(await StartNodeAsync("here"), await StartNodeAsync("there"));

        Task<PubSubMessenger> StartNodeAsync(string name) => PubSubMessenger.StartAsync(services => services.AddSingleton(network.CreateAdapter(name)));
    }

    public override Task SubscribeAsync(string topic, Action<long> arrived) => there.SubscribeAsync(topic, arrived);

    public override Task<int> SendAsync(string topic) => here.SendAsync(topic);

    public override async ValueTask DisposeAsync()
    {
        await here.DisposeAsync();
        await there.DisposeAsync();
    }
}
