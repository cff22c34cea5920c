using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;
using PhoenixChannels.InteropTests.Wire;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server;

/// <summary>Interleavings and inputs at the edges: what happens when two things meet.</summary>
[BothTransports]
public class ConnectionEdgeTests
{
    static Frame BinaryPush(byte[] joinRef, byte[] reference, string topic, string @event)
    {
        var (t, e) = (Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(@event));
        return new(Opcode.Binary, (byte[])[0, (byte)joinRef.Length, (byte)reference.Length, (byte)t.Length, (byte)e.Length, .. joinRef, .. reference, .. t, .. e]);
    }

    [TestCase("join_ref", "closed")]
    [TestCase("ref", "closed")]
    [TestCase("leave", "crashed")]
    [TestCase("invalid payload", "crashed")]
    public async Task A_ref_that_is_not_UTF8_where_the_answer_is_text_ends_its_channel_or_connection_and_no_more(string how, string end)
    {
        await using var server = await TestServer.WithScriptAsync(new() { HandleIn = (_, message, _) => new(Reply.Ok(message.Payload.Read<Dictionary<string, int>>())) });
        await using var client = await server.ConnectAsync();
        if (how is "leave" or "invalid payload") await client.JoinAsync("room:a");
        client.SendFrames(how switch
        {
            "join_ref" => BinaryPush([0xff], "1"u8.ToArray(), "room:a", "phx_join"),
            "ref" => BinaryPush("1"u8.ToArray(), [0xff], "room:a", "phx_join"),
            "leave" => BinaryPush("1"u8.ToArray(), [0xff], "room:a", "phx_leave"),
            _ => BinaryPush("1"u8.ToArray(), [0xff], "room:a", "x"),
        });
        if (end == "closed") await client.ExpectClosedAsync(1011);
        else await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        await using var other = await server.ConnectAsync();
        await other.JoinAsync("room:a");
    }

    [Test]
    public async Task A_ref_that_is_not_UTF8_to_a_busy_channel_closes_with_1011()
    {
        var release = new Signal();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                HandleIn = async (_, _, _) =>
                {
                    await release.Task;
                    return Reply.None;
                },
            },
            options => options.MaxMailboxLength = 1);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","a",{}]""");
        await client.ExpectNothingElseAsync();
        client.Send("""["1","3","room:a","b",{}]""");
        await client.ExpectNothingElseAsync();
        client.SendFrames(BinaryPush("1"u8.ToArray(), [0xff], "room:a", "c"));
        await client.ExpectClosedAsync(1011);
        release.Set();
    }

    [Test]
    public async Task Three_joins_of_one_topic_and_a_lost_client_leave_nothing_behind()
    {
        var (release, began) = (new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                began.Set();
                await release.Task;
                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""", """["3","3","room:a","phx_join",{}]""");
        await began.WaitAsync();
        client.Wire.Close(1000);
        await client.ExpectClosedAsync(1000);
        release.Set();
        await server.CountsAsync("phoenixchannels.channels", 0);
        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [Test]
    public async Task Two_joins_and_a_malformed_message_in_one_write_leave_nothing_behind()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        for (var n = 0; n < 200; n++)
        {
            await using var client = await server.ConnectAsync();
            client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""", "{");
            while ((await client.NextAsync()).Kind == ArrivalKind.Text)
            {
            }
        }

        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [Test]
    public async Task A_refusal_does_not_wait_for_the_next_join_of_the_topic()
    {
        var (first, second, joins) = (new Signal(), new Signal(), 0);
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                var isFirst = Interlocked.Increment(ref joins) == 1;
                await (isFirst ? first : second).Task;
                return isFirst ? Reply.Error("no") : Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""");
        first.Set();
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"no"},"status":"error"}]""");
        second.Set();
        await client.ExpectAsync("""["2","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task A_kicked_successor_of_a_refused_join_does_not_stop_the_sockets_answers_for_ever()
    {
        var (first, began) = (new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                began.Set();
                await first.Task;
                return Reply.Error("no");
            },
        });
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""");
        await began.WaitAsync();
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        first.Set();
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{"reason":"no"},"status":"error"}]""",
            """["2","2","room:a","phx_reply",{"response":{"reason":"kicked"},"status":"error"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task What_came_behind_a_refused_join_is_answered_as_Phoenix_answers_it()
    {
        await using var server = await TestServer.WithScriptAsync(new() { Join = (_, _, _) => new(Reply.Error("no")) });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["1","2","room:a","echo",{}]""", """["1","3","room:a","phx_leave",{}]""");
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{"reason":"no"},"status":"error"}]""",
            """[null,"2","room:a","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""",
            """["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task Stopping_the_host_waits_for_the_channels_last_callbacks()
    {
        var (began, release, terminated) = (new Signal(), new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (_, _, _) =>
            {
                began.Set();
                await release.Task;
                return Reply.None;
            },
            Terminate = (_, _, _) =>
            {
                terminated.Set();
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","work",{}]""");
        await began.WaitAsync();
        var stopping = server.StopAsync();
        await client.ExpectClosedAsync(1012);
        Assert.That(stopping.IsCompleted, Is.False);
        release.Set();
        await stopping;
        Assert.That(terminated.IsSet, "the channel ended before the host did");
    }

    [Test]
    public async Task A_ClosedAsync_that_throws_does_not_keep_the_sockets_services()
    {
        var disposed = new Signal();
        await using var server = await TestServer.StartAsync<ThrowingOnClose>(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.Services.AddScoped(_ => new Tracked(disposed)));
        await using var client = await server.ConnectAsync();
        client.Wire.Close(1000);
        await client.ExpectClosedAsync(1000);
        await disposed.WaitAsync();
    }

    [Test]
    public async Task A_socket_whose_constructor_throws_is_refused_with_403_and_its_services_are_disposed_of()
    {
        var disposed = new Signal();
        await using var server = await TestServer.StartAsync<ThrowingOnCreate>(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.Services.AddScoped(_ => new Tracked(disposed)));
        var (client, response) = await server.TryConnectAsync();
        await using var _ = client;
        Assert.Multiple(() =>
        {
            Assert.That(response.Status, Is.EqualTo(403));
            Assert.That(disposed.IsSet, "the scope is disposed of");
        });
    }

    [Test]
    public async Task Large_messages_back_to_back_are_not_one_message_that_is_never_finished()
    {
        var time = new FakeTimeProvider();
        await using var host = await TestServer.WithScriptAsync(new());
        var server = new SocketServer(time, host.Services.GetRequiredService<IServiceScopeFactory>(), host.Services.GetRequiredService<ChannelFilters>());
        var endpoint = new SocketEndpoint(new(), new(), server, host.PubSub, host.Services.GetRequiredService<ChannelsMetrics>(), host.Services.GetRequiredService<ChannelsTracing>(), time, host.Services.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>());
        var connection = new SocketConnection(endpoint, new(new TestSocket(), endpoint.SerializerFor("2.0.0")!, null), new NoTransport());
        connection.Open();
        for (var second = 0; second < 120; second++)
        {
            // Every message is finished within ten seconds, and the next one has begun in the same read.
            if (second % 10 == 9) connection.Receive("""[null,"1","phoenix","heartbeat",{}]"""u8.ToArray(), binary: false);
            connection.Touch(isInsideMessage: true);
            time.Advance(TimeSpan.FromSeconds(1));
            server.Scan();
        }

        Assert.That(connection.IsClosed, Is.False);
        for (var second = 0; second < 62; second++)
        {
            connection.Touch(isInsideMessage: true);
            time.Advance(TimeSpan.FromSeconds(1));
            server.Scan();
        }

        Assert.That(connection.IsClosed, "a message that is never finished");
    }

    [Test]
    public async Task An_empty_message_is_malformed_where_the_host_brings_the_WebSocket_too()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddPhoenixChannels();
        await using var app = builder.Build();
        app.MapSocket<TestSocket>("/socket").MapChannel("*", _ => { });
        await app.StartAsync();
        using var socket = await app.GetTestServer().CreateWebSocketClient().ConnectAsync(new("ws://localhost/socket/websocket?vsn=2.0.0"), default);
        await socket.SendAsync(Array.Empty<byte>(), System.Net.WebSockets.WebSocketMessageType.Text, true, default);
        await socket.SendAsync("""[null,"1","phoenix","heartbeat",{}]"""u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, default);
        var got = await socket.ReceiveAsync(new byte[1000], default);
        Assert.That((got.MessageType, (int?)got.CloseStatus), Is.EqualTo((System.Net.WebSockets.WebSocketMessageType.Close, (int?)1011)));
    }

    [Test]
    public async Task An_event_without_a_handler_forges_no_line_in_the_log()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("room:*", _ => { }));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","x\nfail: forged line",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        Assert.That(server.Log.OfChannels, Has.None.Contains("\nfail: forged line"));
    }

    [Test]
    public async Task A_join_ref_is_bounded()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        var tooLong = new string('x', 4095);
        client.Send($"[\"{tooLong}\",\"1\",\"room:a\",\"phx_join\",{{}}]", $"[\"1\",\"{tooLong}\",\"room:a\",\"phx_join\",{{}}]", $"[null,\"{tooLong[1..]}\",\"phoenix\",\"heartbeat\",{{}}]");
        const string refused = """[null,null,"room:a","phx_reply",{"response":{"reason":"ref too long"},"status":"error"}]""";
        await client.ExpectAsync(refused, refused, $$"""[null,"{{tooLong[1..]}}","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task A_TimeoutException_of_the_applications_own_is_a_failure_not_the_connect_timeout()
    {
        await using var server = await TestServer.StartAsync<TimeoutSocket>(socket => socket.MapChannel("*", _ => { }));
        var (client, response) = await server.TryConnectAsync();
        await using var _ = client;
        Assert.That((response.Status, server.Log.OfChannels.Any(t => t.Contains("database"))), Is.EqualTo((403, true)));
    }

    [Test]
    public async Task Concurrent_publishers_make_no_gap()
    {
        using var metrics = new System.Diagnostics.Metrics.MeterListener();
        long missed = 0;
        metrics.InstrumentPublished = (i, l) =>
        {
            if (i.Name == "phoenixchannels.pubsub.missed") l.EnableMeasurementEvents(i);
        };
        metrics.SetMeasurementEventCallback<long>((_, v, _, _) => Interlocked.Add(ref missed, v));
        metrics.Start();
        var network = new LinkedPubSubNetwork();
        var a = new ServiceCollection().AddPubSub().AddSingleton(network.CreateAdapter("a")).BuildServiceProvider();
        var b = new ServiceCollection().AddPubSub().AddSingleton(network.CreateAdapter("b")).BuildServiceProvider();
        foreach (var p in new[] { a, b }) foreach (var s in p.GetServices<Microsoft.Extensions.Hosting.IHostedService>()) await s.StartAsync(default);
        var pubSub = a.GetRequiredService<PubSub>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < 500; n++) await pubSub.BroadcastAsync("t", "e", new { x = new string((char)120, 20_000) });
        })));
        Assert.That(missed, Is.Zero);
    }

    [Test]
    public async Task A_join_is_let_in_only_within_its_time_also_behind_another_of_its_topic()
    {
        var time = new FakeTimeProvider();
        var (joins, began) = (0, new[] { new Signal(), new Signal() });
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Join = async (_, _, _) =>
                {
                    var n = Interlocked.Increment(ref joins) - 1;
                    var wait = Task.Delay(TimeSpan.FromSeconds(7), time, CancellationToken.None);
                    began[n].Set();
                    await wait;
                    return Reply.Ok();
                },
            },
            time: time);
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""", """[null,"3","phoenix","heartbeat",{}]""");
        await began[0].WaitAsync();
        time.Advance(TimeSpan.FromSeconds(7));
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        await began[1].WaitAsync();
        var refused = client.ExpectAsync("""["2","2","room:a","phx_reply",{"response":{"reason":"join timeout"},"status":"error"}]""", """["1","1","room:a","phx_close",{}]""", """[null,"3","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
        time.Advance(TimeSpan.FromSeconds(9));
        await refused;
    }

    [Test]
    public async Task A_broadcast_held_for_a_join_that_is_refused_in_the_end_is_not_sent()
    {
        // Deterministic stand-in for the timer (or a kick) between Registry.Subscribe and Accept: the broadcast is delivered while the join
        // is undecided, as JoinAsync's own subscription allows, and then the join is ended from outside.
        ChannelProcess? process = null;
        var (began, release) = (new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (channel, _, _) =>
            {
                process = channel.Process;
                began.Set();
                await release.Task;
                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await began.WaitAsync();
        var connection = process!.Connection;
        connection.Send(process, MessageBuffer.Encode(connection.Serializer, OutgoingMessage.Broadcast(new("room:a", "shout", Payload.Empty))));
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        release.Set();
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"kicked"},"status":"error"}]""");
        await client.ExpectNothingElseAsync();
    }

    sealed class Tracked(Signal disposed) : IDisposable
    {
        public void Dispose() => disposed.Set();
    }

    sealed class ThrowingOnClose(Tracked tracked) : Socket
    {
        public Tracked Tracked => tracked;

        protected internal override ValueTask ClosedAsync(SocketClose close) => throw new InvalidOperationException("closed");
    }

    sealed class ThrowingOnCreate : Socket
    {
        public ThrowingOnCreate(Tracked tracked) => throw new InvalidOperationException($"created {tracked}");
    }

    sealed class TimeoutSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => throw new TimeoutException("the database took too long");
    }
}
