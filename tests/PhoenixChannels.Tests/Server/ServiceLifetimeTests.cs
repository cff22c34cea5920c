using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

/// <summary>However a channel ends: what its constructor got lives as long as it, what a call got as long as the call, and each is disposed of once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ServiceLifetimeTests
{
    readonly Log _log = new();
    readonly FakeTimeProvider _time = new();

    [TestCase("leave", new[] { "join", "echo", "terminate", "constructor" })]
    [TestCase("stop", new[] { "join", "stop", "terminate", "constructor" })]
    [TestCase("crash", new[] { "join", "crash", "terminate", "constructor" })]
    [TestCase("crash later", new[] { "join", "crash later", "terminate", "constructor" })]
    [TestCase("duplicate join while a handler hangs", new[] { "join", "hang", "terminate", "constructor" })]
    [TestCase("kick while a handler hangs", new[] { "join", "hang", "terminate", "constructor" })]
    public async Task A_channel_that_was_joined(string end, string[] disposed)
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await client.JoinAsync("room:a");
        Assert.That(_log.Disposed, Is.SubsetOf(["join"]), "the constructor's lives on");
        switch (end)
        {
            case "leave":
                client.Send("""["1","2","room:a","echo",{}]""", """["1","3","room:a","phx_leave",{}]""");
                break;
            case "duplicate join while a handler hangs":
                client.Send("""["1","2","room:a","hang",{}]""");
                await _log.Hanging.WaitAsync();
                client.Send("""["3","3","room:a","phx_join",{"refuse":true}]""");
                disposed = ["join", "constructor", .. disposed];
                break;
            case "kick while a handler hangs":
                client.Send("""["1","2","room:a","hang",{}]""");
                await _log.Hanging.WaitAsync();
                await server.Broadcaster.KickAsync("user:ann", "room:a");
                break;
            default:
                client.Send($$"""["1","2","room:a","{{end}}",{}]""");
                break;
        }

        await ExpectAsync(server, disposed);
    }

    [TestCase("refused", new[] { "join", "constructor" })]
    [TestCase("crash", new[] { "join", "constructor" })]
    [TestCase("invalid", new[] { "join", "constructor" })]
    [TestCase("hang", new[] { "join", "constructor" })]
    public async Task A_channel_whose_join_failed(string topic, string[] disposed)
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        client.Send($$"""["1","1","room:{{topic}}","phx_join",{}]""");
        if (topic == "hang")
        {
            await _log.Hanging.WaitAsync();
            _time.Advance(TimeSpan.FromSeconds(9));
        }

        Assert.That(await client.NextTextAsync(), Does.Contain("\"status\":\"error\""));
        await ExpectAsync(server, disposed);
    }

    [Test]
    public async Task A_channel_whose_client_was_not_authorized()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","guarded","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","guarded","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
        await ExpectAsync(server, "filter", "constructor");
    }

    [Test]
    public async Task A_channel_whose_constructor_threw()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","broken","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","broken","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""");
        await ExpectAsync(server, "constructor");
    }

    async Task ExpectAsync(TestServer server, params string[] disposed)
    {
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(_log.Disposed, Is.EquivalentTo(disposed));
        Assert.That(_log.Made, Is.EqualTo(disposed.Length), "nothing is left");
    }

    Task<TestServer> StartAsync() => TestServer.StartAsync(
        socket => socket.MapChannel<Room>("room:*").MapChannel<Guarded>("guarded", channel => channel.AddFilter<UsingFilter>()).MapChannel<Broken>("broken"),
        configure: builder =>
        {
            HeaderAuthentication.AddTo(builder.Services);
            builder.Services.AddSingleton<TimeProvider>(_time).AddAuthorization().AddSingleton(_log).AddScoped<Scoped>();
        });

    sealed class Log
    {
        int _made;

        public int Made => _made;

        public ConcurrentQueue<string> Disposed { get; } = [];

        public Signal Hanging { get; } = new();

        public void Count() => Interlocked.Increment(ref _made);
    }

    sealed class Scoped : IAsyncDisposable
    {
        readonly Log _log;

        public Scoped(Log log)
        {
            _log = log;
            log.Count();
        }

        public string User { get; set; } = "";

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            _log.Disposed.Enqueue(User);
        }
    }

    sealed class Room : Channel
    {
        readonly Log _log;

        public Room(Scoped service, Log log)
        {
            service.User = "constructor";
            _log = log;
        }

        protected internal override async ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
        {
            Use("join");
            switch (Subtopic)
            {
                case "crash": throw new InvalidOperationException();
                case "invalid": throw new PayloadException("");
                case "hang":
                    await HangAsync(cancellationToken);
                    break;
                default: break;
            }

            return Subtopic == "refused" || payload.ToString().Contains("refuse", StringComparison.Ordinal) ? Reply.Error("refused") : Reply.Ok();
        }

        protected internal override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
        {
            Use(message.Event);
            switch (message.Event)
            {
                case "stop":
                    Stop();
                    break;
                case "crash": throw new InvalidOperationException();
                case "crash later":
                    await Task.Yield();
                    throw new InvalidOperationException();
                case "hang":
                    await HangAsync(cancellationToken);
                    break;
                default: break;
            }

            return Reply.Ok();
        }

        protected internal override ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken)
        {
            Use("terminate");
            return default;
        }

        void Use(string callback) => CallServices.GetRequiredService<Scoped>().User = callback;

        Task HangAsync(CancellationToken cancellationToken)
        {
            _log.Hanging.Set();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    [Authorize]
    sealed class Guarded : Channel
    {
        public Guarded(Scoped service) => service.User = "constructor";

        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => throw new InvalidOperationException("It is not asked.");
    }

    sealed class Broken : Channel
    {
        public Broken(Scoped service)
        {
            service.User = "constructor";
            throw new InvalidOperationException();
        }

        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => throw new InvalidOperationException("It is not asked.");
    }

    sealed class UsingFilter : IChannelFilter
    {
        public ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
        {
            call.Services.GetRequiredService<Scoped>().User = "filter";
            return next(call);
        }
    }
}
