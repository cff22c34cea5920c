using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>A real Kestrel on a free port, with one socket at <c>/socket</c>.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly MetricRecorder _metrics;

    TestServer(WebApplication app, LogRecorder log)
    {
        _app = app;
        Log = log;
        _metrics = new(app.Services.GetRequiredService<IMeterFactory>());
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        EndPoint = new(IPAddress.Loopback, new Uri(address).Port);
    }

    public IPEndPoint EndPoint { get; }

    public LogRecorder Log { get; }

    public IBroadcaster Broadcaster => _app.Services.GetRequiredService<IBroadcaster>();

    public PubSub PubSub => _app.Services.GetRequiredService<PubSub>();

    public IServiceProvider Services => _app.Services;

    public static Task<TestServer> StartAsync(
        Action<SocketEndpointConventionBuilder<TestSocket>> map, Action<SocketOptions>? options = null, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? mapMore = null,
        Action<WebApplication>? before = null, Action<ListenOptions>? listen = null) =>
        StartAsync<TestSocket>(map, options, configure, mapMore, before, listen);

    public static async Task<TestServer> StartAsync<TSocket>(
        Action<SocketEndpointConventionBuilder<TSocket>> map, Action<SocketOptions>? options = null, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? mapMore = null,
        Action<WebApplication>? before = null, Action<ListenOptions>? listen = null)
        where TSocket : Socket
    {
        var log = new LogRecorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen ?? (_ => { })));
        if (!BothTransportsAttribute.IsInHttp) builder.WebHost.UseChannelsTransport();
        builder.Services.AddPhoenixChannels();
        configure?.Invoke(builder);
        var app = builder.Build();
        before?.Invoke(app);
        map(app.MapSocket<TSocket>("/socket", options));
        mapMore?.Invoke(app);
        await app.StartAsync();
        return new(app, log);
    }

    /// <summary>A server whose <c>room:*</c> does what the script says.</summary>
    public static Task<TestServer> WithScriptAsync(Script script, Action<SocketOptions>? options = null, TimeProvider? time = null) => StartAsync(
        socket => socket.MapChannel<ScriptedChannel>("room:*"),
        options,
        builder =>
        {
            builder.Services.AddSingleton(script);
            if (time is not null) builder.Services.AddSingleton(time);
        });

    public async Task<TestClient> ConnectAsync(string query = "vsn=2.0.0")
    {
        var (client, response) = await TryConnectAsync(query);
        Assert.That(response.Status, Is.EqualTo(101), "the handshake's status");
        return client;
    }

    public Task<(TestClient Client, HttpResponse Response)> TryConnectAsync(string query = "vsn=2.0.0", params KeyValuePair<string, string>[] headers) =>
        TryConnectAsync(new Handshake { Path = "/socket/websocket?" + query, Headers = headers });

    public async Task<(TestClient Client, HttpResponse Response)> TryConnectAsync(Handshake handshake)
    {
        var (client, response) = await WebSocketClient.ConnectAsync(EndPoint, handshake);
        return (new(client), response);
    }

    /// <summary>A connection that has shaken hands and reads nothing from then on.</summary>
    public async Task<Connection> StartNotReadingAsync()
    {
        var connection = await Connection.OpenAsync(EndPoint, CancellationToken.None);
        connection.Send(new Handshake { Path = "/socket/websocket?vsn=2.0.0" }.Request.ToBytes(EndPoint));
        var response = await HttpResponseReader.ReadAsync(connection.Input, "GET", CancellationToken.None);
        Assert.That(response.Status, Is.EqualTo(101), "the handshake's status");
        return connection;
    }

    /// <summary>The sum of a counter's measurements so far.</summary>
    public long Counted(string instrument, string? tag = null) => _metrics.Sum(instrument, tag);

    /// <summary>Waits until a counter has reached a value.</summary>
    public Task CountsAsync(string instrument, long value, string? tag = null) => _metrics.ReachesAsync(instrument, value, tag);

    /// <summary>Waits until so many polls wait.</summary>
    public Task PollsAsync(int count) => CountsAsync("phoenixchannels.longpoll.polls", count);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        await _app.DisposeAsync();
    }
}
