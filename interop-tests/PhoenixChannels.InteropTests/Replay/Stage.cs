using System.Net;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>What lives while a transcript is played.</summary>
/// <param name="transcript">What is played.</param>
/// <param name="server">The server under test.</param>
/// <param name="ownServer">Its process, when the transcript may do with it as it likes.</param>
internal sealed class Stage(Transcript transcript, IPEndPoint server, FixtureServer? ownServer) : IAsyncDisposable
{
    readonly Dictionary<string, ReplayClient> _clients = [];

    public IPEndPoint Server { get; } = server;

    public Variables Variables { get; } = new();

    /// <summary>Requests that a later step waits for, with the times of their start.</summary>
    public Dictionary<string, (Task<HttpResponse> Response, long StartedAt)> Requests { get; } = [];

    public IReadOnlyDictionary<string, ReplayClient> Clients => _clients;

    public FixtureServer OwnServer => ownServer ?? throw new ReplayException("the transcript needs a server of its own");

    /// <summary>The client of that name, which connects at its first step.</summary>
    public async Task<ReplayClient> ClientAsync(string name)
    {
        if (!_clients.ContainsKey(name))
        {
            var response = await ConnectAsync(name);
            if (response.Status != 101) throw new ReplayException($"client {name} could not connect: {ResponseView.Of(response)}");
        }

        return _clients[name];
    }

    public async Task<HttpResponse> ConnectAsync(string name)
    {
        var spec = transcript.Clients.GetValueOrDefault(name) ?? throw new ReplayException($"there is no client {name}");
        var (socket, response) = await WebSocketClient.ConnectAsync(Server, spec.ToHandshake(Variables));
        _clients.Add(name, new ReplayClient(socket));
        return response;
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_clients.Values.Select(client => client.Socket.DisposeAsync().AsTask()));
}
