using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>Nodes of one namespace, on the servers that a test says, with times that are short.</summary>
internal sealed class RedisNodes : IAsyncDisposable
{
    readonly List<IAsyncDisposable> _nodes = [];

    /// <summary>Unlike that of every other test.</summary>
    public string Namespace { get; } = $"test-{Guid.NewGuid():N}";

    public Action<RedisPubSubOptions> Options { get; init; } = _ => { };

    public Action<PubSubOptions> PubSubOptions { get; init; } = _ => { };

    /// <summary>A node with a connection of its own, not started yet.</summary>
    public PubSubNode Create(string name, string configuration) => Add(services => services.AddRedisPubSub(Patient(configuration), Configure(name)));

    /// <summary>A node over a connection of the application's, not started yet.</summary>
    public PubSubNode Create(string name, IConnectionMultiplexer connection) => Add(services => services.AddRedisPubSub(_ => connection, Configure(name)));

    public async Task<PubSubNode> StartAsync(string name, string configuration)
    {
        var node = Create(name, configuration);
        await node.StartAsync();
        return node;
    }

    /// <summary>Such a connection as applications have.</summary>
    public static async Task<IConnectionMultiplexer> ConnectAsync(string configuration) =>
        await ConnectionMultiplexer.ConnectAsync($"{configuration},abortConnect=false,connectTimeout=2000,asyncTimeout=2000");

    /// <summary>An adapter alone.</summary>
    public IPubSubAdapter CreateAdapter(string name, string configuration) => Adapter(services => services.AddRedisPubSub(Patient(configuration), Configure(name)));

    /// <summary>An adapter alone, over a connection of the application's.</summary>
    public IPubSubAdapter CreateAdapter(string name, IConnectionMultiplexer connection) => Adapter(services => services.AddRedisPubSub(_ => connection, Configure(name)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    static string Patient(string configuration) => $"{configuration},connectTimeout=2000";

    PubSubNode Add(Action<IServiceCollection> add)
    {
        var node = new PubSubNode(null, PubSubOptions, add);
        _nodes.Add(node);
        return node;
    }

    IPubSubAdapter Adapter(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        add(services);
        var provider = services.BuildServiceProvider();
        _nodes.Add(provider);
        return provider.GetRequiredService<IPubSubAdapter>();
    }

    Action<RedisPubSubOptions> Configure(string name) => options =>
    {
        options.NodeName = name;
        options.Namespace = Namespace;
        options.NameLease = TimeSpan.FromSeconds(6);
        Options(options);
    };
}
