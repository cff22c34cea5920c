using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

public class SocketRegistryTests
{
    [Test]
    public async Task Sockets_are_listed_with_what_an_operator_asks_for()
    {
        var time = new FakeTimeProvider(new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var server = await StartAsync(new(), time);
        await using var ann = await server.ConnectAsync("vsn=2.0.0&user=ann&token=secret");
        await ann.JoinAsync("room:a");
        await ann.JoinAsync("room:b", "2");
        time.Advance(TimeSpan.FromSeconds(10));
        using var anonymous = new LongPollClient(server.EndPoint);
        await anonymous.OpenAsync();
        var sockets = Registry(server).ListSockets().OrderBy(socket => socket.Key).ToList();
        var first = new SocketInfo
        {
            Key = 1,
            Type = typeof(TestSocket).FullName!,
            Id = "user:ann",
            UserName = "tester",
            Transport = "websocket",
            Path = "/socket",
            ConnectedSince = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ChannelCount = 2,
            OutboxBytes = 0,
        };
        Assert.That(sockets.Select(socket => socket with { OutboxBytes = 0 }), Is.EqualTo(new[]
        {
            first,
            first with { Key = 2, Id = null, Transport = "longpoll", ConnectedSince = new(2030, 1, 2, 3, 4, 15, TimeSpan.Zero), ChannelCount = 0 },
        }));
        Assert.That(string.Concat(sockets), Does.Not.Contain("secret"));
    }

    [Test]
    public async Task What_waits_to_be_sent_is_listed_with_its_socket()
    {
        await using var server = await StartAsync(new());
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        await client.SendAsync("""["1","1","room:a","phx_join",{}]""");
        Assert.That(Registry(server).ListSockets().Single().OutboxBytes, Is.EqualTo(2 + 60), "a frame's header, and the reply");
    }

    [Test]
    public async Task The_channels_of_a_socket_are_listed_joined_or_joining()
    {
        var (joining, handling, go) = (new Signal(), new Signal(), new Signal());
        await using var server = await StartAsync(new()
        {
            Join = async (channel, _, _) =>
            {
                if (channel.Subtopic != "slow") return Reply.Ok();
                joining.Set();
                await go.Task;
                return Reply.Ok();
            },
            HandleIn = async (_, _, _) =>
            {
                handling.Set();
                await go.Task;
                return Reply.None;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.JoinAsync("echo", "2");
        client.Send("""["1","3","room:a","x",{}]""");
        await handling.WaitAsync();
        client.Send("""["1","4","room:a","x",{}]""", """["1","5","room:a","x",{}]""", """["6","6","room:slow","phx_join",{}]""");
        await joining.WaitAsync();
        var type = typeof(ScriptedChannel).FullName;
        var key = Registry(server).ListSockets().Single().Key;
        Assert.That(Registry(server).ListChannels(key), Is.EquivalentTo(new[]
        {
            new ChannelInfo { Topic = "room:a", TopicPattern = "room:*", Type = type, IsJoined = true, MailboxLength = 2 },
            new ChannelInfo { Topic = "room:slow", TopicPattern = "room:*", Type = type, IsJoined = false, MailboxLength = 0 },
            new ChannelInfo { Topic = "echo", TopicPattern = "echo", Type = null, IsJoined = true, MailboxLength = 0 },
        }));
        go.Set();
    }

    [Test]
    public async Task A_socket_without_channels_has_an_empty_list_and_one_that_has_gone_none()
    {
        await using var server = await StartAsync(new());
        await using var client = await server.ConnectAsync();
        await client.ExpectNothingElseAsync();
        var key = Registry(server).ListSockets().Single().Key;
        Assert.That((Registry(server).ListChannels(key)?.Count, Registry(server).ListChannels(key + 1)), Is.EqualTo(((int?)0, (IReadOnlyList<ChannelInfo>?)null)));
        client.Wire.Drop(reset: true);
        await server.CountsAsync("phoenixchannels.sockets", 0);
        await using var next = await server.ConnectAsync();
        await next.ExpectNothingElseAsync();
        Assert.That((Registry(server).ListChannels(key), Registry(server).ListSockets().Single().Key), Is.EqualTo(((IReadOnlyList<ChannelInfo>?)null, key + 1)), "a key is not used again");
    }

    [Test]
    public async Task A_connection_that_is_closed_and_still_ends_is_listed_no_more()
    {
        var (ending, go) = (new Signal(), new Signal());
        await using var server = await StartAsync(new()
        {
            Terminate = async (_, _, _) =>
            {
                ending.Set();
                await go.Task;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var key = Registry(server).ListSockets().Single().Key;
        client.Wire.Drop(reset: true);
        await ending.WaitAsync();
        Assert.That((Registry(server).ListSockets().Count, Registry(server).ListChannels(key)), Is.EqualTo((0, (IReadOnlyList<ChannelInfo>?)null)));
        go.Set();
    }

    [Test]
    public async Task The_size_of_a_topic_is_that_of_all_its_subscribers_here()
    {
        await using var server = await StartAsync(new());
        await using var ann = await server.ConnectAsync();
        await using var bob = await server.ConnectAsync();
        await ann.JoinAsync("room:a");
        await bob.JoinAsync("room:a");
        using (server.PubSub.Subscribe("room:a", (_, _) => default))
            Assert.That((Registry(server).CountSubscribers("room:a"), Registry(server).CountSubscribers("room:b")), Is.EqualTo((3, 0)));
        Assert.That(Registry(server).CountSubscribers("room:a"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_path_has_the_groups_that_it_is_mounted_in()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            mapMore: app => app.MapGroup("/api/{tenant}").MapSocket<TestSocket>("/live/").MapChannel("*", _ => { }));
        var (client, response) = await server.TryConnectAsync(new InteropTests.Wire.Handshake { Path = "/api/acme/live/websocket?vsn=2.0.0", Headers = [] });
        await using var _ = client;
        await client.ExpectNothingElseAsync();
        Assert.That((response.Status, Registry(server).ListSockets().Single().Path), Is.EqualTo((101, "/api/{tenant}/live")));
    }

    static ISocketRegistry Registry(TestServer server) => server.Services.GetRequiredService<ISocketRegistry>();

    /// <summary>A server where everybody is <c>tester</c>, with a channel of lambdas beside the scripted one.</summary>
    static Task<TestServer> StartAsync(Script script, TimeProvider? time = null) => TestServer.StartAsync(
        socket => socket.MapChannel<ScriptedChannel>("room:*").MapChannel("echo", _ => { }),
        options => options.LongPoll.Enabled = true,
        builder =>
        {
            builder.Services.AddSingleton(script);
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter, SignIn>();
            if (time is not null) builder.Services.AddSingleton(time);
        });

    sealed class SignIn : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, continues) =>
            {
                context.User = new(new ClaimsIdentity([new(ClaimTypes.Name, "tester")], "test"));
                return continues(context);
            });
            next(app);
        };
    }
}
