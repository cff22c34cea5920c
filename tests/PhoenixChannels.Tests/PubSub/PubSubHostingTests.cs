using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Adapters;

namespace PhoenixChannels.Tests.Broadcasting;

public class PubSubHostingTests
{
    [Test]
    public async Task A_worker_without_a_web_server_subscribes_and_broadcasts()
    {
        var network = new LinkedPubSubNetwork();
        using var worker = BuildHost(network.CreateAdapter("worker"), services => services.AddHostedService<Worker>());
        using var client = BuildHost(network.CreateAdapter("client"));
        await client.StartAsync().InTimeAsync();
        await worker.StartAsync().InTimeAsync();
        var pubSub = client.Services.GetRequiredService<PubSub>();
        using var inbox = new Inbox(pubSub, "orders:done");
        await pubSub.BroadcastAsync("orders", "created", new { Id = 7 });
        var done = await inbox.NextAsync();
        Assert.That((done.Event, done.Payload.ToString()), Is.EqualTo(("done", """{"id":7}""")));
        await worker.StopAsync().InTimeAsync();
        await client.StopAsync().InTimeAsync();
        Assert.That(async () => await pubSub.BroadcastAsync("orders", "created", new { Id = 8 }), Throws.TypeOf<PubSubUnavailableException>());
    }

    [Test]
    public void It_needs_nothing_of_asp_net()
    {
        foreach (var type in new[] { typeof(PubSub), typeof(Payload) })
            Assert.That(type.Assembly.GetReferencedAssemblies().Select(name => name.Name), Has.None.StartWith("Microsoft.AspNetCore"));
    }

    [Test]
    public void It_may_be_added_twice()
    {
        using var services = new ServiceCollection().AddPubSub().AddPubSub().BuildServiceProvider();
        Assert.That(services.GetServices<PubSub>().Count(), Is.EqualTo(1));
        Assert.That(services.GetServices<IHostedService>().Count(), Is.EqualTo(1));
        Assert.That(services.GetRequiredService<IPubSubAdapter>(), Is.TypeOf<LocalPubSubAdapter>());
        Assert.That(services.GetRequiredService<PubSub>().NodeName, Is.Not.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_adapter_is_used_whether_it_is_registered_before_or_after(bool before)
    {
        var services = new ServiceCollection();
        if (before) services.AddSingleton(new LinkedPubSubNetwork().CreateAdapter("mine"));
        services.AddPubSub();
        if (!before) services.AddSingleton(new LinkedPubSubNetwork().CreateAdapter("mine"));
        using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<PubSub>().NodeName, Is.EqualTo("mine"));
    }

    static IHost BuildHost(IPubSubAdapter adapter, Action<IServiceCollection>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPubSub();
        builder.Services.AddSingleton(adapter);
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    sealed class Worker(PubSub pubSub) : IHostedService
    {
        Subscription? _subscription;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _subscription = pubSub.Subscribe("orders", (broadcast, ct) => pubSub.BroadcastAsync("orders:done", "done", broadcast.Payload, ct));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _subscription?.Dispose();
            return Task.CompletedTask;
        }
    }
}
