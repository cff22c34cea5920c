using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server;

/// <summary>Services as long as one callback.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class CallServicesTests
{
    readonly System.Threading.Channels.Channel<string> _disposed = System.Threading.Channels.Channel.CreateUnbounded<string>();

    [Test]
    public async Task Each_callback_has_services_of_its_own_that_end_with_it()
    {
        var script = new Script
        {
            Join = (channel, _, _) => new(Reply.Ok(Use(channel, "join"))),
            Joined = async (channel, ct) =>
            {
                Use(channel, "joined");
                await channel.BroadcastAsync("out", Payload.Empty, ct);
                channel.Send("info");
            },
            Intercepts = ["out"],
            HandleIn = async (channel, message, _) =>
            {
                await Task.Yield();
                return Reply.Ok(Use(channel, message.Event));
            },
            HandleOut = (channel, _, _) =>
            {
                Use(channel, "out");
                return default;
            },
            Info = (channel, _, _) =>
            {
                Use(channel, "info");
                return default;
            },
            Terminate = (channel, _, _) =>
            {
                Use(channel, "terminate");
                return default;
            },
        };
        await using var server = await StartAsync(script);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        foreach (var callback in (string[])["join", "joined", "out", "info"]) await Expect(callback);
        client.Send("""["1","2","room:a","first",{}]""", """["1","3","room:a","second",{}]""");
        await Expect("first");
        await Expect("second");
        client.Send("""["1","4","room:a","phx_leave",{}]""");
        await Expect("terminate");
    }

    [Test]
    public async Task They_end_when_the_callback_throws()
    {
        await using var server = await StartAsync(new()
        {
            HandleIn = (channel, message, _) =>
            {
                Use(channel, message.Event);
                throw message.Event == "wrong" ? new PayloadException("wrong") : new InvalidOperationException("thrown");
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","wrong",{}]""", """["1","3","room:a","crash",{}]""");
        await Expect("wrong");
        await Expect("crash");
    }

    [Test]
    public async Task They_end_when_the_join_is_refused()
    {
        await using var server = await StartAsync(new()
        {
            Join = (channel, _, _) =>
            {
                Use(channel, "join");
                return new(Reply.Error("no"));
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"no"},"status":"error"}]""");
        await Expect("join");
    }

    [Test]
    public async Task They_are_others_than_those_of_the_channel_and_the_same_within_a_callback()
    {
        await using var server = await StartAsync(new()
        {
            HandleIn = (channel, _, _) => new(Reply.Ok(new
            {
                same = ServiceOf(channel) == ServiceOf(channel),
                channels = ServiceOf(channel) == channel.Services.GetRequiredService<Scoped>(),
            })),
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","compare",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"same":true,"channels":false},"status":"ok"}]""");
    }

    [Test]
    public async Task Between_two_callbacks_there_are_none()
    {
        var joined = new TaskCompletionSource<ScriptedChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(new()
        {
            Joined = (channel, _) =>
            {
                joined.SetResult(channel);
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var channel = await joined.Task;
        client.Send("""["1","2","room:a","echo",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        var refusal = Assert.Throws<InvalidOperationException>(() => _ = channel.CallServices);
        Assert.That(refusal.Message, Is.EqualTo("CallServices end with their callback: use them before it has returned, or make a scope of your own from IServiceScopeFactory."));
    }

    Task<TestServer> StartAsync(Script script) => TestServer.StartAsync(
        socket => socket.MapChannel<ScriptedChannel>("room:*"),
        configure: builder => builder.Services.AddSingleton(script).AddSingleton(_disposed.Writer).AddScoped<Scoped>());

    static object Use(ScriptedChannel channel, string callback)
    {
        ServiceOf(channel).Callbacks.Add(callback);
        return new { };
    }

    static Scoped ServiceOf(ScriptedChannel channel) => channel.CallServices.GetRequiredService<Scoped>();

    async Task Expect(string callbacks) => Assert.That(await _disposed.Reader.ReadAsync(), Is.EqualTo(callbacks));

    sealed class Scoped(ChannelWriter<string> disposed) : IAsyncDisposable
    {
        public List<string> Callbacks { get; } = [];

        public ValueTask DisposeAsync()
        {
            Assert.That(disposed.TryWrite(string.Join(" ", Callbacks)), Is.True);
            return default;
        }
    }
}
