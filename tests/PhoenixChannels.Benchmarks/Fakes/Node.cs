using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Benchmarks.Fakes;

/// <summary>The services of one node, without a web server.</summary>
sealed class Node : IAsyncDisposable
{
    readonly ServiceProvider _services;

    public Node(Action<IChannelsBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        var channels = services.AddPhoenixChannels();
        configure?.Invoke(channels);
        _services = services.BuildServiceProvider();
        PubSub = Get<PubSub>();
    }

    public PubSub PubSub { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
