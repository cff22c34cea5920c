using System.Collections.Concurrent;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Sections E and I of the hostile inputs; the numbers are theirs.</summary>
[BothTransports]
public class FlowCases
{
    [Test]
    public async Task Case_36_a_client_that_never_reads_is_closed_and_neither_the_publisher_nor_others_notice()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxOutboxBytes = 100_000);
        await using var deaf = await server.StartNotReadingAsync();
        deaf.Send(Join("room:a"));
        await server.CountsAsync("phoenixchannels.channels", 1);
        await using var good = await server.ConnectAsync();
        await good.JoinAsync("room:a");
        var payload = new { text = new string('x', 10_000) };
        var sent = 0;
        for (; server.Counted("phoenixchannels.slow_sockets") == 0; sent++)
        {
            // The kernel takes some megabytes before it lets the server see that nobody reads.
            Assert.That(sent, Is.LessThan(10_000));
            var publishing = server.Broadcaster.BroadcastAsync("room:a", "n", payload);
            Assert.That(publishing.IsCompletedSuccessfully, "the publisher never waits");
            Assert.That(await good.NextTextAsync(), Does.Contain("\"n\""));
        }

        await server.CountsAsync("phoenixchannels.closed_sockets", 1, "close_code=1008");
        await server.CountsAsync("phoenixchannels.sockets", 1);
        await good.ExpectNothingElseAsync();
    }

    [Test]
    public async Task Case_37_a_client_that_falls_behind_and_then_reads_finds_1008_slow()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxOutboxBytes = 100_000);
        await using var slow = await server.StartNotReadingAsync();
        slow.Send(Join("room:a"));
        await server.CountsAsync("phoenixchannels.channels", 1);
        while (server.Counted("phoenixchannels.slow_sockets") == 0) await server.Broadcaster.BroadcastAsync("room:a", "n", new { text = new string('x', 10_000) });
        var last = default(Frame);
        while (await FrameReader.ReadAsync(slow.Input, CancellationToken.None) is { } frame) last = frame;
        Assert.That((last!.Opcode, last.Payload.ToArray()), Is.EqualTo((Opcode.Close, (byte[])[0x03, 0xf0, .. "slow"u8])).Using<(Opcode A, byte[] B)>((a, b) => a.A == b.A && a.B.AsSpan().SequenceEqual(b.B)));
    }

    [Test]
    public async Task Case_40_a_large_broadcast_to_many_is_encoded_once_and_shared()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.MaxChannelsPerSocket = 1_000);
        var clients = new List<Connection>();
        for (var n = 0; n < 20; n++)
        {
            // They read when it has been measured: what they allocate is not the server's.
            var client = await server.StartNotReadingAsync();
            client.Send(Join("room:a"));
            clients.Add(client);
        }

        await server.CountsAsync("phoenixchannels.joins", 20, "result=ok");
        var payload = new { text = new string('x', 1_000_000) };
        var before = GC.GetTotalAllocatedBytes();
        await server.Broadcaster.BroadcastAsync("room:a", "n", payload);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.That(allocated, Is.LessThan(20_000_000), "the value, its JSON, its frame, and writers' buffers; not a frame per client");
        foreach (var client in clients)
        {
            while ((await FrameReader.ReadAsync(client.Input, CancellationToken.None))!.Payload.Length < 1_000_000)
            {
            }

            await client.DisposeAsync();
        }
    }

    [Test]
    public async Task Case_63_push_stop_send_and_SendAfter_after_the_channels_end_do_nothing_but_count()
    {
        ScriptedChannel? ended = null;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, _, _) =>
            {
                ended = channel;
                channel.SendAfter("too late", TimeSpan.FromMinutes(1));
                channel.Stop();
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","stop",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_close",{}]""");
        await server.CountsAsync("phoenixchannels.channels", 0);
        ended!.Push("e", new { });
        ended.Stop();
        ended.Send("x");
        ended.SendAfter("x", TimeSpan.Zero).Dispose();
        ended.Subscribe("t");
        await client.ExpectNothingElseAsync();
        Assert.That((server.Counted("phoenixchannels.messages.dropped", "reason=ended"), server.PubSub.Registry.TopicCount), Is.EqualTo((4, 0)));
    }

    [Test]
    public async Task Case_64_a_HandleOut_that_broadcasts_its_own_event_does_not_grow_the_stack()
    {
        var rounds = 0;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Intercepts = ["again"],
            HandleOut = async (channel, broadcast, ct) =>
            {
                if (++rounds < 20_000) await channel.BroadcastAsync("again", broadcast.Payload, ct);
                else channel.Push("done", new { rounds });
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await server.Broadcaster.BroadcastAsync("room:a", "again", new { });
        await client.ExpectAsync("""["1",null,"room:a","done",{"rounds":20000}]""");
    }

    [Test]
    public async Task Case_65_a_payload_kept_and_read_after_its_handler_is_unchanged()
    {
        var kept = new ConcurrentQueue<Payload>();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, message, _) =>
            {
                kept.Enqueue(message.Payload);
                return new(Reply.Ok());
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        for (var n = 0; n < 200; n++)
        {
            client.Send($"[\"1\",\"2\",\"room:a\",\"keep\",{{\"n\":{n}}}]");
            await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        }

        Assert.That(kept.Select(payload => payload.ToString()), Is.EqualTo(Enumerable.Range(0, 200).Select(n => $"{{\"n\":{n}}}")));
    }

    [Test]
    public async Task Case_66_an_AsyncLocal_set_in_one_message_is_unseen_in_the_next()
    {
        var tenant = new AsyncLocal<string?>();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, message, _) =>
            {
                var before = tenant.Value;
                tenant.Value = message.Event;
                return new(Reply.Ok(new { before }));
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","a",{}]""", """["1","3","room:a","b",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"before":null},"status":"ok"}]""", """["1","3","room:a","phx_reply",{"response":{"before":null},"status":"ok"}]""");
    }

    [Test]
    public async Task Case_68_a_frame_larger_than_the_outbox_reaches_an_idle_client()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxOutboxBytes = 1_000);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var text = new string('x', 500_000);
        await server.Broadcaster.BroadcastAsync("room:a", "n", new { text });
        await client.ExpectAsync($$"""[null,null,"room:a","n",{"text":"{{text}}"}]""");
    }

    [Test]
    public async Task Case_76_stopping_while_a_connect_and_a_join_run_ends_within_the_deadline()
    {
        var joining = new Signal();
        var connecting = new Signal();
        NeverConnecting.Asked = connecting;
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", channel => channel.OnJoin(async (_, _, ct) =>
            {
                joining.Set();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                return Reply.Ok();
            })),
            options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100),
            mapMore: app => Microsoft.AspNetCore.Builder.SocketEndpointRouteBuilderExtensions.MapSocket<NeverConnecting>(app, "/never").MapChannel("*", _ => { }));
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        var hanging = server.TryConnectAsync(new Handshake { Path = "/never/websocket" });
        await joining.WaitAsync();
        await connecting.WaitAsync();
        await server.StopAsync().WaitAsync(TestClient.Patience, TimeProvider.System);
        await client.ExpectClosedAsync(1012);
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(async () => (await hanging).Response.Status, Is.EqualTo(503).Or.InstanceOf<WireException>());
    }

    static byte[] Join(string topic)
    {
        using var frame = new MemoryStream();
        Frame.Text($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{}}]").WriteTo(frame);
        return frame.ToArray();
    }

    sealed class NeverConnecting : Socket
    {
        public static Signal Asked { get; set; } = new();

        protected internal override async ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Asked.Set();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ConnectResult.Ok;
        }
    }
}
