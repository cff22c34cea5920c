using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server.Nodes;

/// <summary>Two servers with one key ring, linked.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    readonly DirectoryInfo _keys;
    readonly List<LongPollClient> _clients = [];

    TwoNodes(DirectoryInfo keys, LinkedPubSubNetwork network, TestServer a, TestServer b) => (_keys, Network, A, B) = (keys, network, a, b);

    public LinkedPubSubNetwork Network { get; }

    public TestServer A { get; }

    public TestServer B { get; }

    public static Task<TwoNodes> StartAsync(Script script, TimeProvider? time = null, Action<LongPollTransportOptions>? options = null) =>
        StartAsync<TestSocket>(
            socket => socket.MapChannel<ScriptedChannel>("room:*"),
            services =>
            {
                services.AddSingleton(script);
                if (time is not null) services.AddSingleton(time);
            },
            options);

    public static async Task<TwoNodes> StartAsync<TSocket>(Action<SocketEndpointConventionBuilder<TSocket>> map, Action<IServiceCollection> configure, Action<LongPollTransportOptions>? options = null)
        where TSocket : Socket
    {
        var keys = Directory.CreateTempSubdirectory();
        var network = new LinkedPubSubNetwork();
        return new(keys, network, await StartAsync("a"), await StartAsync("b"));

        Task<TestServer> StartAsync(string name) => TestServer.StartAsync(
            map,
            socket =>
            {
                socket.LongPoll.Enabled = true;
                options?.Invoke(socket.LongPoll);
            },
            builder =>
            {
                builder.Services.AddSingleton(network.CreateAdapter(name));
                builder.Services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("nodes");
                builder.Services.AddAuthorization();
                configure(builder.Services);
            },
            app => app.MapPost("/guarded", () => "ok").RequireAuthorization());
    }

    /// <summary>A client whose session is on A, and the same client as B sees it.</summary>
    public async Task<(LongPollClient OnA, LongPollClient OnB)> OpenAsync(string query = "vsn=2.0.0", Action<LongPollClient>? prepare = null)
    {
        LongPollClient[] clients = [new(A.EndPoint), new(B.EndPoint)];
        _clients.AddRange(clients);
        foreach (var client in clients) prepare?.Invoke(client);
        await clients[0].OpenAsync(query);
        clients[1].Token = clients[0].Token;
        return (clients[0], clients[1]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await A.DisposeAsync();
        await B.DisposeAsync();
        _keys.Delete(recursive: true);
    }
}
