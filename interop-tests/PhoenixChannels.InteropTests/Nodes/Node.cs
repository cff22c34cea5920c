using System.Net;
using System.Text.Json;
using PhoenixChannels.AdapterTests;
using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>The fixture server as one node of several.</summary>
internal sealed class Node : IAsyncDisposable
{
    static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    Node(string name, FixtureServer server)
    {
        Name = name;
        Server = server;
    }

    public string Name { get; }

    public FixtureServer Server { get; }

    /// <summary>What makes a server a node.</summary>
    public static Dictionary<string, string?> Environment(IEngineServer engine, string name) => new()
    {
        ["PUBSUB"] = engine.Adapter,
        ["PUBSUB_CONNECTION"] = engine.ConnectionString,
        ["NODE_NAME"] = name,
    };

    /// <param name="engine">Through what it is connected to the others.</param>
    /// <param name="name">Its name.</param>
    /// <param name="connection">Another way to the engine than the straight one.</param>
    /// <param name="keys">The folder of the keys that nodes share.</param>
    public static async Task<Node> StartAsync(IEngineServer engine, string name, string? connection = null, string? keys = null)
    {
        var environment = Environment(engine, name);
        environment["PUBSUB_CONNECTION"] = connection ?? engine.ConnectionString;
        environment["KEYS_DIR"] = keys;
        return new(name, await FixtureServer.StartAsync(environment: environment));
    }

    public Task<ChannelClient> JoinAsync(string topic, string user = "anon", string parameters = "{}") => ChannelClient.JoinAsync(Server.EndPoint, topic, user, parameters);

    /// <summary>Broadcasts from outside any channel.</summary>
    /// <returns>The status and the body.</returns>
    public Task<(int Status, string Body)> BroadcastAsync(string topic, string @event, string payload) =>
        RequestAsync(new("POST", $"/api/broadcast?topic={topic}&event={@event}") { Body = payload });

    /// <summary>Disconnects a user on all nodes.</summary>
    public Task DisconnectAsync(string user) => RequestAsync(new("POST", $"/api/disconnect?user={user}"));

    public async Task<NodeStatus> StatusAsync() => JsonSerializer.Deserialize<NodeStatus>((await RequestAsync(new("GET", "/api/pubsub"))).Body, s_json)!;

    /// <summary>Waits until the node says that it is, and that it has missed nothing any more; or that it is not.</summary>
    public Task IsConnectedAsync(bool connected = true) => Eventually.IsTrueAsync(
        async () => await StatusAsync() is var status && status.Connected == connected && status.Gaps.Any(gap => gap.To is null) != connected,
        () => $"{Name} is {(connected ? "" : "not ")}connected");

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    async Task<(int Status, string Body)> RequestAsync(HttpRequest request)
    {
        var response = await HttpExchange.RunAsync(Server.EndPoint, request);
        return (response.Status, System.Text.Encoding.UTF8.GetString(response.Body.Span));
    }
}
