using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

[BothTransports]
public class ChannelTests
{
    [Test]
    public async Task A_join_is_answered_with_what_JoinAsync_returns()
    {
        await using var server = await TestServer.WithScriptAsync(new() { Join = (channel, payload, _) => new(Reply.Ok(new { topic = channel.Topic, rest = channel.Subtopic, got = payload })) });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","2","room:a:b","phx_join",{"x":1}]""");
        await client.ExpectAsync("""["1","2","room:a:b","phx_reply",{"response":{"topic":"room:a:b","rest":"a:b","got":{"x":1}},"status":"ok"}]""");
    }

    [Test]
    public async Task A_join_that_returns_no_reply_lets_the_client_in()
    {
        await using var server = await TestServer.WithScriptAsync(new() { Join = (_, _, _) => default });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
    }

    [Test]
    public async Task A_refused_join_leaves_nothing_behind()
    {
        var terminated = false;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = (_, _, _) => new(Reply.Error("unauthorized")),
            Terminate = (_, _, _) =>
            {
                terminated = true;
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That((terminated, server.PubSub.Registry.TopicCount), Is.EqualTo((false, 0)));
    }

    [TestCase("Push")]
    [TestCase("BroadcastAsync")]
    [TestCase("BroadcastFromAsync")]
    [TestCase("LocalBroadcast")]
    [TestCase("Subscribe")]
    [TestCase("Stop")]
    public async Task Acting_within_JoinAsync_throws_and_says_where_to_move_it(string method)
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (channel, _, ct) =>
            {
                switch (method)
                {
                    case "Push": channel.Push("e", new { }); break;
                    case "BroadcastAsync": await channel.BroadcastAsync("e", new { }, ct); break;
                    case "BroadcastFromAsync": await channel.BroadcastFromAsync("e", new { }, ct); break;
                    case "LocalBroadcast": channel.LocalBroadcast("e", new { }); break;
                    case "Subscribe": channel.Subscribe("other"); break;
                    default: channel.Stop(); break;
                }

                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""");
        Assert.That(server.Log.OfChannels, Has.Some.Contains($"{method} was called from JoinAsync").And.Some.Contains("Move this to JoinedAsync"));
    }

    [Test]
    public async Task What_JoinedAsync_pushes_comes_behind_the_join_reply()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Joined = (channel, _) =>
            {
                channel.Push("greeting", new { hello = "ann" });
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.ExpectAsync("""["1",null,"room:a","greeting",{"hello":"ann"}]""");
    }

    [Test]
    public async Task Every_kind_of_reply_goes_out_in_its_form()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, message, _) => new(message.Event switch
            {
                "ok" => Reply.Ok(),
                "value" => Reply.Ok(new { PascalCase = "<&>/é", Nothing = (string?)null }),
                "error" => Reply.Error("too long"),
                "error_value" => Reply.Error(new { code = 5 }),
                "status" => Reply.WithStatus("accepted", new { n = 1 }),
                "list" => Reply.Ok(new[] { 1, 2 }),
                _ => Reply.None,
            }),
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","ok",{}]""", """["1","3","room:a","value",{}]""", """["1","4","room:a","error",{}]""", """["1","5","room:a","error_value",{}]""", """["1","6","room:a","status",{}]""", """["1","7","room:a","none",{}]""", """["1","8","room:a","list",{}]""");
        await client.ExpectAsync(
            """["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["1","3","room:a","phx_reply",{"response":{"pascalCase":"<&>/é","nothing":null},"status":"ok"}]""",
            """["1","4","room:a","phx_reply",{"response":{"reason":"too long"},"status":"error"}]""",
            """["1","5","room:a","phx_reply",{"response":{"code":5},"status":"error"}]""",
            """["1","6","room:a","phx_reply",{"response":{"n":1},"status":"accepted"}]""",
            """["1","8","room:a","phx_reply",{"response":[1,2],"status":"ok"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_SocketRef_answers_later_from_any_thread_and_more_than_once()
    {
        var refs = new ConcurrentQueue<SocketRef>();
        var asked = new Signal();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, message, _) =>
            {
                refs.Enqueue(message.Ref);
                asked.Set();
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","ask",{}]""");
        await asked.WaitAsync();
        refs.Single().Reply(Reply.Ok(new { n = 1 }));
        refs.Single().Reply(Reply.Error("twice"));
        refs.Single().Reply(Reply.None);
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""", """["1","2","room:a","phx_reply",{"response":{"reason":"twice"},"status":"error"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task Broadcasts_reach_everybody_on_the_topic_from_and_local_as_they_say()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (channel, message, ct) =>
            {
                switch (message.Event)
                {
                    case "all": await channel.BroadcastAsync("shout", message.Payload, ct); break;
                    case "others": await channel.BroadcastFromAsync("shout", message.Payload, ct); break;
                    default: channel.LocalBroadcast("shout", message.Payload); break;
                }

                return Reply.None;
            },
        });
        await using var a = await server.ConnectAsync();
        await using var b = await server.ConnectAsync();
        await using var elsewhere = await server.ConnectAsync();
        await a.JoinAsync("room:a");
        await b.JoinAsync("room:a");
        await elsewhere.JoinAsync("room:b");
        a.Send("""["1","2","room:a","all",{"n":1}]""", """["1","3","room:a","others",{"n":2}]""", """["1","4","room:a","local",{"n":3}]""");
        await b.ExpectAsync("""[null,null,"room:a","shout",{"n":1}]""", """[null,null,"room:a","shout",{"n":2}]""", """[null,null,"room:a","shout",{"n":3}]""");
        await a.ExpectAsync("""[null,null,"room:a","shout",{"n":1}]""", """[null,null,"room:a","shout",{"n":3}]""");
        await elsewhere.ExpectNothingElseAsync();
    }

    [Test]
    public async Task An_intercepted_broadcast_goes_through_HandleOutAsync_and_others_do_not()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Intercepts = ["secret"],
            HandleOut = (channel, broadcast, _) =>
            {
                channel.Push(broadcast.Event, new { changed = broadcast.Payload });
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await server.Broadcaster.BroadcastAsync("room:a", "secret", new { n = 1 });
        await client.ExpectAsync("""["1",null,"room:a","secret",{"changed":{"n":1}}]""");
        await server.Broadcaster.BroadcastAsync("room:a", "plain", new { n = 2 });
        await client.ExpectAsync("""[null,null,"room:a","plain",{"n":2}]""");
    }

    [Test]
    public async Task A_channel_sends_to_itself_now_and_later_and_can_take_it_back()
    {
        var time = new FakeTimeProvider();
        IDisposable? takenBack = null;
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Joined = (channel, _) =>
                {
                    channel.Send("now");
                    channel.SendAfter("in 2 s", TimeSpan.FromSeconds(2));
                    takenBack = channel.SendAfter("in 1 s", TimeSpan.FromSeconds(1));
                    return default;
                },
                Info = (channel, message, _) =>
                {
                    channel.Push("info", new { message });
                    return default;
                },
            },
            time: time);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.ExpectAsync("""["1",null,"room:a","info",{"message":"now"}]""");
        takenBack!.Dispose();
        time.Advance(TimeSpan.FromSeconds(2));
        await client.ExpectAsync("""["1",null,"room:a","info",{"message":"in 2 s"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_channel_that_subscribes_to_another_topic_gets_its_broadcasts_until_it_unsubscribes()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, message, _) =>
            {
                if (message.Event == "subscribe")
                {
                    channel.Subscribe("news");
                    channel.Subscribe("news");
                }
                else channel.Unsubscribe("news");

                return new(Reply.Ok());
            },
            Info = (channel, message, _) =>
            {
                var broadcast = (Broadcast)message;
                channel.Push("news", new { broadcast.Topic, broadcast.Event, broadcast.Payload.Read<News>().Title });
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","subscribe",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync("news", "flash", new News("hi"));
        await client.ExpectAsync("""["1",null,"room:a","news",{"topic":"news","event":"flash","title":"hi"}]""");
        client.Send("""["1","3","room:a","unsubscribe",{}]""");
        await client.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync("news", "flash", new News("again"));
        await client.ExpectNothingElseAsync();
        Assert.That(server.PubSub.Registry.CountOf("news"), Is.Zero);
    }

    [Test]
    public async Task Stop_ends_the_channel_behind_its_reply()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, _, _) =>
            {
                channel.Stop();
                return new(Reply.Ok(new { bye = true }));
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","stop",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"bye":true},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
    }

    [Test]
    public async Task Stop_from_outside_a_callback_ends_the_channel_too()
    {
        ScriptedChannel? channel = null;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Joined = (joined, _) =>
            {
                channel = joined;
                joined.Push("ready", new { });
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.ExpectAsync("""["1",null,"room:a","ready",{}]""");
        channel!.Stop();
        await client.ExpectAsync("""["1","1","room:a","phx_close",{}]""");
    }

    [TestCase("left", TerminationReason.Left)]
    [TestCase("stopped", TerminationReason.Stopped)]
    [TestCase("crashed", TerminationReason.Crashed)]
    [TestCase("rejoined", TerminationReason.DuplicateJoin)]
    [TestCase("closed", TerminationReason.Closed)]
    [TestCase("dropped", TerminationReason.Closed)]
    [TestCase("disconnected", TerminationReason.Closed)]
    [TestCase("kicked", TerminationReason.Kicked)]
    [TestCase("drained", TerminationReason.Draining)]
    public async Task TerminateAsync_runs_once_and_knows_why(string how, TerminationReason expected)
    {
        var terminations = new ConcurrentQueue<Termination>();
        var terminated = new Signal();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, message, _) =>
            {
                if (message.Event == "crash") throw new InvalidOperationException("boom");
                channel.Stop();
                return default;
            },
            Terminate = (_, termination, _) =>
            {
                terminations.Enqueue(termination);
                terminated.Set();
                return default;
            },
        });
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await client.JoinAsync("room:a");
        switch (how)
        {
            case "left": client.Send("""["1","2","room:a","phx_leave",{}]"""); break;
            case "stopped": client.Send("""["1","2","room:a","stop",{}]"""); break;
            case "crashed": client.Send("""["1","2","room:a","crash",{}]"""); break;
            case "rejoined": client.Send("""["2","2","room:a","phx_join",{}]"""); break;
            case "closed": client.Wire.Close(1000); break;
            case "dropped": client.Wire.Drop(reset: true); break;
            case "disconnected": await server.Broadcaster.DisconnectAsync("user:ann"); break;
            case "kicked": await server.Broadcaster.KickAsync("user:ann", "room:a"); break;
            default: await server.StopAsync(); break;
        }

        await terminated.WaitAsync();
        var termination = terminations.Single();
        Assert.That((termination.Reason, termination.Exception is not null), Is.EqualTo((expected, expected == TerminationReason.Crashed)));
    }

    [Test]
    public async Task Constructor_services_live_as_long_as_the_socket_and_the_channel()
    {
        var log = new ConcurrentQueue<string>();
        await using var server = await TestServer.StartAsync<ServiceSocket>(
            socket => socket.MapChannel<ServiceChannel>("room:*"),
            configure: builder => builder.Services.AddSingleton(log).AddScoped<Scoped>());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:b","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"own":true},"status":"ok"}]""", """["2","2","room:b","phx_reply",{"response":{"own":true},"status":"ok"}]""");
        Assert.That(log, Is.Empty);
        client.Send("""["1","3","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
        await server.CountsAsync("phoenixchannels.channels", 1);
        Assert.That(log, Is.EqualTo(new[] { "disposed" }));
        client.Wire.Close(1000);
        await client.ExpectClosedAsync(1000);
        await server.CountsAsync("phoenixchannels.sockets", 0);
        await ServiceSocket.Disposed(log, 3);
    }

    [Test]
    public async Task A_channel_of_lambdas_does_what_a_channel_class_does()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("room:*", channel => channel
            .OnJoin((c, payload) => c.Subtopic == "closed" ? Reply.Error("closed") : Reply.Ok(new { c.Subtopic }))
            .OnJoined((c, _) =>
            {
                c.Push("joined", new { c.Topic });
                return default;
            })
            .On<News>("shout", (c, news, ct) => c.BroadcastAsync("shout", news, ct))
            .On<News>("ask", (c, news, _) => new ValueTask<Reply>(Reply.Ok(news)))
            .On<News>("stop", (c, _, _) =>
            {
                c.Stop();
                return default(ValueTask);
            })
            .Intercept<News>("secret", (c, news) => c.Push("secret", news with { Title = "***" }))
            .OnInfo((c, message, _) => default)
            .OnTerminate((c, termination, ct) => c.BroadcastFromAsync("left", new { why = termination.Reason.ToString() }, ct))));
        await using var client = await server.ConnectAsync();
        await using var other = await server.ConnectAsync();
        client.Send("""["1","1","room:closed","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""");
        await client.ExpectAsync(
            """["1","1","room:closed","phx_reply",{"response":{"reason":"closed"},"status":"error"}]""",
            """["2","2","room:a","phx_reply",{"response":{"subtopic":"a"},"status":"ok"}]""",
            """["2",null,"room:a","joined",{"topic":"room:a"}]""");
        other.Send("""["1","1","room:a","phx_join",{}]""");
        await other.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"subtopic":"a"},"status":"ok"}]""", """["1",null,"room:a","joined",{"topic":"room:a"}]""");
        client.Send("""["2","3","room:a","shout",{"title":"x"}]""", """["2","4","room:a","ask",{"title":"y"}]""");
        await client.ExpectAsync("""[null,null,"room:a","shout",{"title":"x"}]""", """["2","4","room:a","phx_reply",{"response":{"title":"y"},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync("room:a", "secret", new News("z"));
        await client.ExpectAsync("""["2",null,"room:a","secret",{"title":"***"}]""");

        // What goes by a channel's callback may be overtaken by what does not.
        await other.ExpectAsync("""[null,null,"room:a","shout",{"title":"x"}]""", """["1",null,"room:a","secret",{"title":"***"}]""");
        client.Send("""["2","5","room:a","stop",{"title":""}]""");
        await client.ExpectAsync("""["2","2","room:a","phx_close",{}]""");
        await other.ExpectAsync("""[null,null,"room:a","left",{"why":"Stopped"}]""");
        other.Send("""["1","2","room:a","unknown",{}]""");
        await other.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
    }

    [Test]
    public async Task The_first_route_that_matches_is_taken()
    {
        await using var server = await TestServer.StartAsync(socket => socket
            .MapChannel("room:lobby", channel => channel.OnJoin((_, _) => Reply.Ok(new { route = "exact" })))
            .MapChannel("room:*", channel => channel.OnJoin((_, _) => Reply.Ok(new { route = "prefix" })))
            .MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(new { route = "any", c.Subtopic }))));
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:lobby","phx_join",{}]""", """["2","2","room:lobby2","phx_join",{}]""", """["3","3","Room:x","phx_join",{}]""");
        await client.ExpectAsync(
            """["1","1","room:lobby","phx_reply",{"response":{"route":"exact"},"status":"ok"}]""",
            """["2","2","room:lobby2","phx_reply",{"response":{"route":"prefix"},"status":"ok"}]""",
            """["3","3","Room:x","phx_reply",{"response":{"route":"any","subtopic":"Room:x"},"status":"ok"}]""");
    }

    [Test]
    public async Task A_wrong_payload_is_answered_and_does_not_crash_the_channel()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = (_, payload, _) => new(Reply.Ok(payload.Read<News>())),
            HandleIn = (_, message, _) => new(Reply.Ok(message.Payload.Read<News>())),
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",[1]]""", """["2","2","room:a","phx_join",{"title":"in"}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""", """["2","2","room:a","phx_reply",{"response":{"title":"in"},"status":"ok"}]""");
        client.Send("""["2","3","room:a","ask",{"title":5}]""", """["2",null,"room:a","ask",null]""", """["2","4","room:a","ask",{"title":"ok"}]""");
        await client.ExpectAsync("""["2","3","room:a","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""", """["2","4","room:a","phx_reply",{"response":{"title":"ok"},"status":"ok"}]""");
        Assert.That((server.Counted("phoenixchannels.messages.invalid"), server.Counted("phoenixchannels.crashes")), Is.EqualTo((2, 0)));
    }

    sealed record News(string Title);

    sealed class Scoped(ConcurrentQueue<string> log) : IDisposable
    {
        public void Dispose() => log.Enqueue("disposed");
    }

    sealed class ServiceSocket(Scoped service) : Socket
    {
        public Scoped Service => service;

        public static async Task Disposed(ConcurrentQueue<string> log, int count)
        {
            while (log.Count < count) await Task.Yield();
        }
    }

    sealed class ServiceChannel(Scoped service) : Channel<ServiceSocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) =>
            new(Reply.Ok(new { own = service != Socket.Service && Services.GetRequiredService<Scoped>() == service }));
    }
}
