using System.Collections.Concurrent;
using System.Text.Json;

namespace PhoenixChannels.Tests.Server;

/// <summary>What the server promises, whatever else happens.</summary>
[BothTransports]
public class GuaranteeTests
{
    [Test]
    public async Task Messages_of_one_client_to_one_channel_are_handled_in_order_and_one_at_a_time()
    {
        var (inside, overlaps, seen) = (0, 0, new List<int>());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (_, message, _) =>
            {
                if (Interlocked.Increment(ref inside) != 1) Interlocked.Increment(ref overlaps);
                await Task.Yield();
                seen.Add(message.Payload.Read<int>());
                Interlocked.Decrement(ref inside);
                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send([.. Enumerable.Range(0, 500).Select(n => $"[\"1\",\"{n}\",\"room:a\",\"n\",{n}]")]);
        for (var n = 0; n < 500; n++) await client.ExpectAsync($$$"""["1","{{{n}}}","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        Assert.That((seen, overlaps), Is.EqualTo((Enumerable.Range(0, 500), 0)).Using<(IEnumerable<int> A, int B)>((a, b) => a.A.SequenceEqual(b.A) && a.B == b.B));
    }

    [Test]
    public async Task A_client_is_subscribed_before_it_sees_the_join_reply_and_broadcasts_meanwhile_wait_behind_it()
    {
        // The publisher waits for nobody: the client may fall far behind.
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxOutboxBytes = 1 << 30);
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await server.Broadcaster.BroadcastAsync("room:a", "tick", new { n });
                await Task.Yield();
            }
        });
        await using var client = await server.ConnectAsync();
        for (var round = 1; round <= 20; round++)
        {
            client.Send($"[\"{round}\",\"{round}\",\"room:a\",\"phx_join\",{{}}]");
            var first = await NextNotTickAsync(client, skipTicks: round > 1);
            Assert.That(first, Does.Contain($"\"{round}\",\"room:a\",\"phx_reply\""));
            Assert.That(await client.NextTextAsync(), Does.Contain("tick").Or.Contain("phx_close"));
        }

        await stop.CancelAsync();
        await publishing;
    }

    [Test]
    public async Task Broadcasts_of_one_sender_arrive_in_order()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        for (var n = 0; n < 1000; n++) await server.Broadcaster.BroadcastAsync("room:a", "n", new { n });
        for (var n = 0; n < 1000; n++) await client.ExpectAsync($$"""[null,null,"room:a","n",{"n":{{n}}}]""");
    }

    [Test]
    public async Task Nothing_comes_from_a_channel_after_its_phx_close()
    {
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Joined = (channel, ct) =>
                {
                    _ = Task.Run(
                        () =>
                        {
                            while (!ct.IsCancellationRequested) channel.Push("tick", new { });
                        },
                        CancellationToken.None);
                    return default;
                },
            },
            options => options.WebSocket.MaxOutboxBytes = 1 << 30);
        await using var client = await server.ConnectAsync();
        for (var round = 1; round <= 10; round++)
        {
            client.Send($"[\"{round}\",\"{round}\",\"room:a\",\"phx_join\",{{}}]", $"[\"{round}\",\"leave\",\"room:a\",\"phx_leave\",{{}}]");
            while (!(await client.NextTextAsync()).Contains("phx_close", StringComparison.Ordinal))
            {
            }

            await client.ExpectNothingElseAsync();
        }
    }

    [Test]
    public async Task A_broadcast_is_encoded_at_most_once_per_serializer()
    {
        var counting = new CountingSerializer();
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), options => options.Serializers.Insert(0, counting));
        var clients = new List<TestClient>();
        for (var n = 0; n < 5; n++) clients.Add(await server.ConnectAsync(n % 2 == 0 ? "vsn=3.0.0" : "vsn=2.0.0"));
        foreach (var client in clients) await client.JoinAsync("t");
        await server.Broadcaster.BroadcastAsync("t", "shout", new { n = 1 });
        foreach (var client in clients) await client.ExpectAsync("""[null,null,"t","shout",{"n":1}]""");
        Assert.That(counting.Broadcasts, Is.EqualTo(1));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Test]
    public async Task A_crash_touches_one_channel()
    {
        await using var server = await TestServer.WithScriptAsync(new() { HandleIn = (_, message, _) => message.Event == "crash" ? throw new InvalidOperationException("secret words") : new(Reply.Ok(message.Payload)) });
        await using var client = await server.ConnectAsync();
        await using var other = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.JoinAsync("room:b", "2");
        await other.JoinAsync("room:a");
        client.Send("""["1","3","room:a","crash",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        client.Send("""["2","4","room:b","echo",{"x":1}]""");
        await client.ExpectAsync("""["2","4","room:b","phx_reply",{"response":{"x":1},"status":"ok"}]""");
        await other.ExpectNothingElseAsync();
        Assert.That((server.Counted("phoenixchannels.crashes", "topic_pattern=room:*"), server.Log.OfChannels.Count(text => text.Contains("secret words"))), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_slow_join_holds_up_neither_other_topics_nor_the_order_of_the_sockets_own_answers()
    {
        var release = new Signal();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (channel, _, _) =>
            {
                if (channel.Subtopic == "slow") await release.Task;
                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["2","2","room:slow","phx_join",{}]""", """[null,"3","phoenix","heartbeat",{}]""", """["4","4","nope","phx_join",{}]""", """["5","5","room:b","phx_join",{}]""", """["1","6","room:a","echo",{"x":1}]""");
        await client.ExpectAsync("""["1","6","room:a","phx_reply",{"response":{"x":1},"status":"ok"}]""");
        release.Set();
        await client.ExpectAsync(
            """["2","2","room:slow","phx_reply",{"response":{},"status":"ok"}]""",
            """[null,"3","phoenix","phx_reply",{"response":{},"status":"ok"}]""",
            """[null,"4","nope","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""",
            """["5","5","room:b","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task What_waits_for_a_channel_when_its_client_goes_is_still_handled()
    {
        var release = new Signal();
        var handled = new ConcurrentQueue<string>();
        var done = new Signal();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (_, message, _) =>
            {
                await release.Task;
                handled.Enqueue(message.Event);
                return Reply.Ok();
            },
            Terminate = (_, _, _) =>
            {
                done.Set();
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","one",{}]""", """["1","3","room:a","two",{}]""");
        await client.ExpectNothingElseAsync();
        client.Wire.Close(1000);
        await client.ExpectClosedAsync(1000);
        release.Set();
        await done.WaitAsync();
        Assert.That(handled, Is.EqualTo(new[] { "one", "two" }));
    }

    static async Task<string> NextNotTickAsync(TestClient client, bool skipTicks)
    {
        while (true)
        {
            var text = await client.NextTextAsync();
            if (!skipTicks || !(text.Contains("tick", StringComparison.Ordinal) || text.Contains("phx_close", StringComparison.Ordinal))) return text;
        }
    }

    sealed class CountingSerializer : IChannelSerializer
    {
        readonly IChannelSerializer _inner = new Serializers.V2JsonSerializer();
        int _broadcasts;

        public int Broadcasts => _broadcasts;

        public string Versions => "~> 3.0.0";

        public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result) => _inner.TryDecode(message, binary, maxDepth, out result);

        public bool Encode(in OutgoingMessage message, System.Buffers.IBufferWriter<byte> output)
        {
            if (message.Kind == OutgoingKind.Broadcast) Interlocked.Increment(ref _broadcasts);
            return _inner.Encode(message, output);
        }
    }
}
