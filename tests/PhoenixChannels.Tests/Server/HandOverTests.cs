using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Wire;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server;

/// <summary>Connections that leave HTTP once they are WebSockets.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class HandOverTests
{
    readonly Signal _requestEnded = new();
    WeakReference? _context, _service;

    [Test]
    public async Task The_request_has_ended_while_its_socket_lives()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        await _requestEnded.WaitAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task Nothing_of_the_request_stays_in_memory()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        await _requestEnded.WaitAsync();
        await client.JoinAsync("room:a");
        // Kestrel gives up its own end of the request behind the response's end: the join above was read after that.
        AssertCollected();
        client.Send("""["1","2","room:a","echo",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task Frames_that_come_with_the_handshake_are_read()
    {
        await using var server = await StartAsync();
        await using var connection = await Connection.OpenAsync(server.EndPoint, CancellationToken.None);
        using var bytes = new MemoryStream();
        bytes.Write(new Handshake { Path = "/socket/websocket?vsn=2.0.0" }.Request.ToBytes(server.EndPoint));
        Frame.Text("""["1","1","room:a","phx_join",{}]""").WriteTo(bytes);
        connection.Send(bytes.ToArray());
        var response = await HttpResponseReader.ReadAsync(connection.Input, "GET", CancellationToken.None);
        Assert.That(response.Status, Is.EqualTo(101));
        await server.CountsAsync("phoenixchannels.joins", 1, "result=ok");
    }

    [Test]
    public async Task A_socket_takes_no_place_among_the_upgraded_connections_of_the_server()
    {
        await using var server = await StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 1));
        await using var first = await server.ConnectAsync();
        await _requestEnded.WaitAsync();
        await first.JoinAsync("room:a");
        await using var second = await server.ConnectAsync();
        await second.JoinAsync("room:a");
    }

    [Test]
    public async Task A_server_that_stops_by_itself_closes_its_sockets()
    {
        var time = new FakeTimeProvider();
        var toldToStop = new Signal();
        await using var server = await StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time), listen: Notifying(toldToStop));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var stopping = server.Services.GetRequiredService<IServer>().StopAsync(CancellationToken.None);
        await toldToStop.WaitAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await client.ExpectClosedAsync(1012);
        await stopping;
    }

    [TestCase(true, false)]
    [TestCase(false, false)]
    [TestCase(false, true)]
    public async Task An_endpoint_with_TLS_hands_over_if_it_is_told_to_behind_it_and_otherwise_says_so_at_start(bool isTold, bool isToldInFront)
    {
        using var certificate = HostTests.SelfSigned();
        await using var server = await StartAsync(
            builder => builder.WebHost.UseKestrelHttpsConfiguration(),
            listen: listen =>
            {
                if (isToldInFront) listen.UseChannels();
                listen.UseHttps(certificate);
                if (isTold) listen.UseChannels();
            });
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        await socket.ConnectAsync(new Uri($"wss://{server.EndPoint}/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        if (isTold) await _requestEnded.WaitAsync();
        await socket.SendTextAsync("""["1","1","room:a","phx_join",{}]""");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]"""));
        Assert.That(_requestEnded.IsSet, Is.EqualTo(isTold));
        Assert.That(server.Log.OfChannels.Any(line => line.Contains("stay in HTTP", StringComparison.Ordinal)), Is.EqualTo(!isTold));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Test]
    public async Task A_server_that_begins_to_stop_during_a_handshake_closes_the_socket_behind_it()
    {
        var time = new FakeTimeProvider();
        Signal entered = new(), goOn = new(), toldToStop = new();
        await using var server = await StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(time),
            listen: Notifying(toldToStop),
            inRequest: async next =>
            {
                entered.Set();
                await goOn.Task;
                await next();
            });
        var connecting = server.ConnectAsync();
        await entered.WaitAsync();
        var stopping = server.Services.GetRequiredService<IServer>().StopAsync(CancellationToken.None);
        await toldToStop.WaitAsync();
        goOn.Set();
        await using var client = await connecting;
        await client.JoinAsync("room:a");
        time.Advance(TimeSpan.FromSeconds(1));
        await client.ExpectClosedAsync(1012);
        await stopping;
    }

    [Test]
    public async Task A_client_that_goes_before_its_connection_is_handed_over_leaves_nothing_behind()
    {
        Signal upgraded = new(), gone = new();
        await using var server = await StartAsync(inRequest: async next =>
        {
            await next();
            upgraded.Set();
            await gone.Task;
        }, before: context => context.RequestAborted.Register(gone.Set));
        await using (await server.ConnectAsync()) await upgraded.WaitAsync();
        await server.CountsAsync("kestrel.active_connections", 0);
        await server.CountsAsync("phoenixchannels.sockets", 0);
        Assert.That(server.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task A_middleware_that_throws_behind_the_handshake_is_logged_and_the_socket_lives()
    {
        await using var server = await StartAsync(inRequest: async next =>
        {
            await next();
            throw new InvalidOperationException("boom");
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        Assert.That(server.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Text), Has.One.Contains("boom"));
    }

    [Test]
    public async Task A_request_that_is_aborted_behind_the_handshake_ends_its_socket()
    {
        var isConnected = new Signal();
        HttpContext? request = null;
        await using var server = await StartAsync(before: context => request = context, inRequest: async next =>
        {
            await next();
            await isConnected.Task;
            request!.Abort();
        });
        await using var client = await server.ConnectAsync();
        isConnected.Set();
        Assert.That((await client.NextAsync()).Kind, Is.EqualTo(ArrivalKind.Lost));
        await server.CountsAsync("kestrel.active_connections", 0);
        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [TestCase("urls")]
    [TestCase("Kestrel:Endpoints:One:Url")]
    public async Task Endpoints_that_the_configuration_names_hand_over(string key)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--{key}=http://127.0.0.1:0"]);
        builder.WebHost.UseChannelsTransport();
        await using var app = Build(builder);
        await app.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{app.Urls.Single().Replace("http", "ws")}/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        await AssertHandedOverAsync(socket);
    }

    [Test]
    public async Task A_unix_socket_hands_over_and_an_application_that_sets_the_defaults_itself_can_too()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseChannelsTransport();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(listen => listen.UseChannels());
            kestrel.ListenUnixSocket(path);
        });
        await using var app = Build(builder);
        await app.StartAsync();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var unix = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(unix, ownsSocket: true);
            },
        };
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost/socket/websocket?vsn=2.0.0"), invoker, CancellationToken.None);
        await AssertHandedOverAsync(socket);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Defaults_that_the_application_has_replaced_are_warned_of_at_start(bool isReplaced)
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("room:*", _ => { }), configure: builder =>
        {
            // In front of what makes the endpoints.
            var place = builder.Services.ToList().FindIndex(service => service.ImplementationType == typeof(HandOverDefaults)) + 1;
            if (isReplaced) builder.Services.Insert(place, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(new ConfigureOptions<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(_ => { }))));
        });
        Assert.That(server.Log.OfChannels.Count(line => line.StartsWith("UseChannelsTransport has no effect", StringComparison.Ordinal)), Is.EqualTo(isReplaced ? 1 : 0));
    }

    [Test]
    public async Task What_was_kept_of_the_handshake_says_that_it_is_over_and_the_user_is_a_copy()
    {
        await using var server = await TestServer.StartAsync<KeepingSocket>(socket => socket.MapChannel("room:*", _ => { }), before: app => app.Use((context, next) =>
        {
            context.User = new(new ClaimsIdentity([new("name", "ann")], "test"));
            return next(context);
        }));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var socket = KeepingSocket.Last!;
        var refusal = Assert.Throws<InvalidOperationException>(() => _ = socket.Info.UserAgent)!;
        Assert.That(refusal.Message, Is.EqualTo("The handshake is over, and its request with it: read what the connection needs in ConnectAsync, and keep it in the socket's own properties."));
        Assert.That(socket.User.FindFirst("name")?.Value, Is.EqualTo("ann"));
        Assert.That(socket.User, Is.Not.SameAs(socket.UserOfTheRequest));
    }

    [TestCase(null, ExpectedResult = 4_096)]
    [TestCase(100, ExpectedResult = 100)]
    public async Task<int> Clients_that_come_at_once_find_room_unless_the_application_says_how_much(int? own)
    {
        await using var server = await StartAsync(builder =>
        {
            if (own is { } backlog) builder.WebHost.UseSockets(sockets => sockets.Backlog = backlog);
        });
        return server.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.Backlog;
    }

    [Test]
    public async Task Http_works_beside_it_as_ever()
    {
        await using var server = await StartAsync(mapMore: app => app.MapPost("/double", (int[] numbers) => numbers.Select(number => number * 2)));
        using var http = new HttpClient { BaseAddress = new($"http://{server.EndPoint}") };
        for (var i = 0; i < 3; i++)
        {
            using var response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(http, "/double", Enumerable.Range(0, 10_000));
            Assert.That((await response.Content.ReadAsStringAsync()).Length, Is.GreaterThan(10_000));
        }
    }

    WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddPhoenixChannels();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.OnCompleted(() =>
            {
                _requestEnded.Set();
                return Task.CompletedTask;
            });
            return next(context);
        });
        app.MapSocket<TestSocket>("/socket").MapChannel("room:*", _ => { });
        return app;
    }

    async Task AssertHandedOverAsync(ClientWebSocket socket)
    {
        await _requestEnded.WaitAsync();
        await socket.SendTextAsync("""["1","1","room:a","phx_join",{}]""");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]"""));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    /// <summary>Tells when a connection is told that the server stops.</summary>
    static Action<ListenOptions> Notifying(Signal toldToStop) => listen => listen.Use(next => connection =>
    {
        // Callbacks run last in, first out: HTTP has been told when this one is.
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(toldToStop.Set);
        return next(connection);
    });

    Task<TestServer> StartAsync(
        Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? mapMore = null, Action<ListenOptions>? listen = null, Func<Func<Task>, Task>? inRequest = null, Action<HttpContext>? before = null) => TestServer.StartAsync(
        socket => socket.MapChannel("room:*", channel => channel.On<Payload>("echo", (_, payload, _) => new ValueTask<Reply>(Reply.Ok(payload)))),
        configure: builder =>
        {
            builder.Services.AddScoped<RequestService>();
            configure?.Invoke(builder);
        },
        mapMore: mapMore,
        listen: listen,
        before: app => app.Use(async (context, next) =>
        {
            _context = new(context);
            _service = new(context.RequestServices.GetRequiredService<RequestService>());
            context.Response.OnCompleted(() =>
            {
                _requestEnded.Set();
                return Task.CompletedTask;
            });
            before?.Invoke(context);
            if (inRequest is null) await next(context);
            else await inRequest(() => next(context));
        }));

    [MethodImpl(MethodImplOptions.NoInlining)]
    void AssertCollected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That((_context!.IsAlive, _service!.IsAlive), Is.EqualTo((false, false)));
    }

    sealed class RequestService;

    sealed class KeepingSocket : Socket
    {
        public static KeepingSocket? Last { get; private set; }

        public ConnectInfo Info { get; private set; } = null!;

        public ClaimsPrincipal UserOfTheRequest { get; private set; } = null!;

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            (Last, Info, UserOfTheRequest) = (this, info, info.User);
            return new(ConnectResult.Ok);
        }
    }
}
