using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Section D of the hostile inputs; the numbers are theirs.</summary>
[BothTransports]
public class ProtocolCases
{
    const string Unmatched = """{"response":{"reason":"unmatched topic"},"status":"error"}""";

    [Test]
    public async Task Case_26_an_event_before_the_join_and_an_unknown_topic_are_unmatched()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","echo",{}]""", """["1","2","nope","phx_join",{}]""", """["1","3","phoenix","ping",{}]""", """["1","4",{"t":1},"e",{}]""");
        await client.ExpectAsync($"""[null,"1","room:a","phx_reply",{Unmatched}]""", $"""[null,"2","nope","phx_reply",{Unmatched}]""", $"""[null,"3","phoenix","phx_reply",{Unmatched}]""", "[null,\"4\",{\"t\":1},\"phx_reply\"," + Unmatched + "]");
    }

    [Test]
    public async Task Case_27_the_join_beyond_the_limit_is_refused_and_the_others_live()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.MaxChannelsPerSocket = 3);
        await using var client = await server.ConnectAsync();
        for (var n = 1; n <= 3; n++) await client.JoinAsync($"room:{n}", $"{n}");
        client.Send("""["4","4","room:4","phx_join",{}]""", """["2","5","room:2","echo",{}]""");
        await client.ExpectAsync("""["4","4","room:4","phx_reply",{"response":{"reason":"too many channels joined"},"status":"error"}]""", """["2","5","room:2","phx_reply",{"response":{},"status":"ok"}]""");
        await server.CountsAsync("phoenixchannels.joins", 1, "result=too_many");
    }

    [Test]
    public async Task Case_27_joining_and_leaving_without_end_leaves_nothing_behind()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        for (var n = 0; n < 2_000; n++)
        {
            client.Send($"[\"{n}\",\"{n}\",\"room:{n % 7}\",\"phx_join\",{{}}]", $"[\"{n}\",\"l\",\"room:{n % 7}\",\"phx_leave\",{{}}]");
            await client.ExpectAsync(
                $$$"""["{{{n}}}","{{{n}}}","room:{{{n % 7}}}","phx_reply",{"response":{},"status":"ok"}]""", $$$"""["{{{n}}}","l","room:{{{n % 7}}}","phx_reply",{"response":{},"status":"ok"}]""", $$$"""["{{{n}}}","{{{n}}}","room:{{{n % 7}}}","phx_close",{}]""");
        }

        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(server.PubSub.Registry.TopicCount, Is.Zero);
    }

    [Test]
    public async Task Case_28_two_joins_of_one_topic_are_never_two_live_channels()
    {
        var (alive, most) = (0, 0);
        var gate = new Lock();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Joined = (channel, _) =>
            {
                lock (gate) most = Math.Max(most, ++alive);
                channel.Push("up", new { });
                return default;
            },
            Terminate = (_, _, _) =>
            {
                lock (gate) alive--;
                return default;
            },
            HandleIn = (_, message, _) => new(Reply.Ok(message.Payload)),
        });
        await using var client = await server.ConnectAsync();
        for (var n = 1; n <= 50; n++) client.Send($"[\"{n}\",\"{n}\",\"room:a\",\"phx_join\",{{}}]", $"[\"{n}\",\"e{n}\",\"room:a\",\"echo\",{{\"n\":{n}}}]", $"[\"{n - 1}\",\"stale{n}\",\"room:a\",\"echo\",{{}}]");
        var (last, stale) = ("", false);
        while (!last.StartsWith("""["50","e50",""", StringComparison.Ordinal))
        {
            last = await client.NextTextAsync();
            stale |= last.Contains("stale", StringComparison.Ordinal);
        }

        await client.ExpectNothingElseAsync();
        await server.CountsAsync("phoenixchannels.channels", 1);
        Assert.That((stale, server.PubSub.Registry.CountOf("room:a")), Is.EqualTo((false, 1)));
    }

    [Test]
    public async Task Case_28_the_reply_to_the_new_join_comes_before_phx_close_of_the_old()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["2","2","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["2","2","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
    }

    [Test]
    public async Task Case_29_stale_is_dropped_null_is_taken_and_leaving_twice_is_ok()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a", "2");
        client.Send("""["1","1","room:a","echo",{}]""", """["1","2","room:a","phx_leave",{}]""", """[null,"3","room:a","echo",{"x":1}]""", """["2","4","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["2","3","room:a","phx_reply",{"response":{"x":1},"status":"ok"}]""", """["2","4","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["2","2","room:a","phx_close",{}]""");
        client.Send("""["2","5","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["2","5","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        Assert.That(server.Counted("phoenixchannels.messages.dropped", "reason=stale"), Is.EqualTo(2));
    }

    [Test]
    public async Task Case_30_a_join_that_hangs_is_refused_when_its_time_is_up_and_its_token_is_cancelled()
    {
        var time = new FakeTimeProvider();
        var cancelled = new Signal();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Join = async (channel, _, ct) =>
                {
                    if (channel.Subtopic != "hangs") return Reply.Ok();
                    ct.Register(cancelled.Set);
                    await new Signal().Task;
                    return Reply.Ok();
                },
            },
            time: time);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:works");
        client.Send("""["2","2","room:hangs","phx_join",{}]""", """["1","3","room:works","echo",{}]""");
        await client.ExpectAsync("""["1","3","room:works","phx_reply",{"response":{},"status":"ok"}]""");
        time.Advance(TimeSpan.FromSeconds(9));
        await client.ExpectAsync("""["2","2","room:hangs","phx_reply",{"response":{"reason":"join timeout"},"status":"error"}]""");
        await cancelled.WaitAsync();
        await server.CountsAsync("phoenixchannels.joins", 1, "result=timeout");
    }

    [TestCase("join", """["1","1","room:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""")]
    [TestCase("join after await", """["1","1","room:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""")]
    [TestCase("joined", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("in", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("in after await", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("in cancels", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("out", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("info by timer", """["1","1","room:a","phx_error",{"reason":"channel_crash"}]""")]
    [TestCase("terminate", """["1","1","room:a","phx_close",{}]""")]
    public async Task Case_31_a_callback_that_throws_ends_its_channel_alone_and_its_text_stays_here(string where, string expected)
    {
        void Throw(string here)
        {
            if (where == here) throw new InvalidOperationException("secret words");
        }

        await using var server = await TestServer.WithScriptAsync(new()
        {
            Intercepts = ["out"],
            Join = async (channel, _, _) =>
            {
                if (channel.Subtopic != "a") return Reply.Ok();
                Throw("join");
                await Task.Yield();
                Throw("join after await");
                return Reply.Ok();
            },
            Joined = (channel, _) =>
            {
                if (channel.Subtopic == "a") Throw("joined");
                return default;
            },
            HandleIn = async (channel, message, ct) =>
            {
                if (channel.Subtopic != "a") return Reply.Ok();
                Throw("in");
                await Task.Yield();
                Throw("in after await");
                if (where == "in cancels") throw new OperationCanceledException("secret words");
                if (where == "terminate") channel.Stop();
                if (where == "out") await channel.BroadcastAsync("out", new { }, ct);
                if (where == "info by timer") channel.SendAfter("now", TimeSpan.Zero);
                return Reply.None;
            },
            HandleOut = (_, _, _) => throw new InvalidOperationException("secret words"),
            Info = (_, _, _) => throw new InvalidOperationException("secret words"),
            Terminate = (_, _, _) =>
            {
                Throw("terminate");
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:other", "o");
        client.Send("""["1","1","room:a","phx_join",{}]""");
        if (!where.StartsWith("join", StringComparison.Ordinal) || where == "joined") await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        if (!where.StartsWith("join", StringComparison.Ordinal)) client.Send("""["1","2","room:a","go",{}]""");
        await client.ExpectAsync(expected);
        client.Send("""["o","3","room:other","ask",{}]""");
        await client.ExpectAsync("""["o","3","room:other","phx_reply",{"response":{},"status":"ok"}]""");
        await server.CountsAsync("phoenixchannels.crashes", 1);
        Assert.That(server.Log.OfChannels.Count(text => text.Contains("secret words")), Is.EqualTo(1));
    }

    [Test]
    public async Task Case_32_pushes_behind_a_handler_that_never_finishes_are_answered_busy_and_other_topics_go_on()
    {
        var stuck = new Signal();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                HandleIn = async (channel, message, _) =>
                {
                    if (message.Event != "hang") return Reply.Ok(message.Payload);
                    stuck.Set();
                    await new Signal().Task;
                    return Reply.None;
                },
            },
            options => options.MaxMailboxLength = 10);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.JoinAsync("room:b", "2");
        client.Send("""["1","0","room:a","hang",{}]""");
        await stuck.WaitAsync();
        client.Send([.. Enumerable.Range(1, 13).Select(n => $"[\"1\",\"{n}\",\"room:a\",\"echo\",{{}}]"), """["1",null,"room:a","echo",{}]""", """["2","b","room:b","echo",{}]"""]);
        await client.ExpectAsync([.. Enumerable.Range(11, 3).Select(n => $$$"""["1","{{{n}}}","room:a","phx_reply",{"response":{"reason":"busy"},"status":"error"}]"""), """["2","b","room:b","phx_reply",{"response":{},"status":"ok"}]"""]);
        await client.ExpectNothingElseAsync();
        Assert.That(server.Counted("phoenixchannels.messages.dropped", "reason=busy"), Is.EqualTo(4));
    }

    [Test]
    public async Task Case_32_an_intercepted_broadcast_to_a_full_mailbox_crashes_that_channel_so_that_its_client_rejoins()
    {
        var stuck = new Signal();
        var terminated = new Signal();
        var release = new Signal();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Intercepts = ["secret"],
                HandleIn = async (_, _, _) =>
                {
                    stuck.Set();
                    await release.Task;
                    return Reply.Ok();
                },
                Terminate = (_, termination, _) =>
                {
                    Assert.That(termination.Reason, Is.EqualTo(TerminationReason.Crashed));
                    terminated.Set();
                    return default;
                },
            },
            options => options.MaxMailboxLength = 5);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","hang",{}]""");
        await stuck.WaitAsync();
        for (var n = 0; n < 6; n++) await server.Broadcaster.BroadcastAsync("room:a", "secret", new { n });
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        release.Set();
        await terminated.WaitAsync();
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task Case_32_Send_to_a_full_mailbox_throws()
    {
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                HandleIn = (channel, _, _) =>
                {
                    for (var n = 0; n < 5; n++) channel.Send(n);
                    try
                    {
                        channel.Send("one too many");
                        return default;
                    }
                    catch (InvalidOperationException)
                    {
                        return new(Reply.Ok(new { full = true }));
                    }
                },
            },
            options => options.MaxMailboxLength = 5);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","fill",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"full":true},"status":"ok"}]""");
    }

    [Test]
    public async Task Case_32_joins_without_end_behind_one_that_hangs_are_answered_busy()
    {
        var release = new Signal();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Join = async (_, _, _) =>
                {
                    await release.Task;
                    return Reply.Ok();
                },
            },
            options => options.MaxMailboxLength = 3);
        await using var client = await server.ConnectAsync();
        client.Send([.. Enumerable.Range(1, 4).Select(n => $"[\"{n}\",\"{n}\",\"room:a\",\"phx_join\",{{}}]")]);
        await server.CountsAsync("phoenixchannels.joins", 1, "result=busy");
        release.Set();
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["2","2","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["1","1","room:a","phx_close",{}]""",
            """["3","3","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["2","2","room:a","phx_close",{}]""",
            """["4","4","room:a","phx_reply",{"response":{"reason":"busy"},"status":"error"}]""");
    }

    [TestCase("text")]
    [TestCase("list")]
    [TestCase("null")]
    [TestCase("cycle")]
    [TestCase("nan")]
    [TestCase("delegate")]
    public async Task Case_33_a_payload_that_cannot_be_sent_is_the_senders_error_and_reaches_nobody(string kind)
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (channel, message, ct) =>
            {
                object? payload = kind switch
                {
                    "text" => "text",
                    "list" => new[] { 1 },
                    "null" => null,
                    "cycle" => new Cycle(),
                    "nan" => new { x = double.NaN },
                    _ => new { x = new Action(() => { }) },
                };
                if (message.Event == "push") channel.Push("e", payload);
                else await channel.BroadcastAsync("e", payload, ct);
                return Reply.Ok();
            },
        });
        await using var other = await server.ConnectAsync();
        await other.JoinAsync("room:a");
        foreach (var name in new[] { "push", "broadcast" })
        {
            await using var client = await server.ConnectAsync();
            await client.JoinAsync("room:a");
            client.Send($"[\"1\",\"2\",\"room:a\",\"{name}\",{{}}]");
            await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        }

        await server.Broadcaster.BroadcastAsync("room:a", "fine", new { });
        await other.ExpectAsync("""[null,null,"room:a","fine",{}]""");
    }

    [Test]
    public async Task Case_33_a_reply_after_the_channels_end_is_a_counted_no_op()
    {
        var refs = new ConcurrentQueue<SocketRef>();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, message, _) =>
            {
                refs.Enqueue(message.Ref);
                channel.Stop();
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","ask",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_close",{}]""");
        refs.Single().Reply(Reply.Ok());
        await client.ExpectNothingElseAsync();
        Assert.That(server.Counted("phoenixchannels.messages.dropped", "reason=ended"), Is.EqualTo(1));
    }

    [Test]
    public async Task Case_35_topics_are_compared_by_their_characters_alone()
    {
        await using var server = await TestServer.WithScriptAsync(new() { Join = (channel, _, _) => new(Reply.Ok(new { channel.Subtopic })) });
        await using var client = await server.ConnectAsync();
        foreach (var (topic, subtopic) in new[] { ("room:", ""), ("room:1/../2", "1/../2"), ("room:ｒoom", "ｒoom"), ("room:e\u0301", "e\u0301"), ("room:\u00e9", "\u00e9"), ("room:*", "*") })
        {
            client.Send($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{}}]");
            await client.ExpectAsync($$$"""["1","1","{{{topic}}}","phx_reply",{"response":{"subtopic":"{{{subtopic}}}"},"status":"ok"}]""");
        }

        foreach (var topic in new[] { "room", "Room:1", "rооm:1", " room:1" })
        {
            client.Send($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{}}]");
            await client.ExpectAsync($"[null,\"1\",\"{topic}\",\"phx_reply\",{Unmatched}]");
        }
    }

    [Test]
    public async Task Case_72_a_join_tried_again_while_the_first_one_takes_its_time_is_never_a_second_live_channel()
    {
        var gates = new ConcurrentQueue<Signal>([new(), new()]);
        var first = gates.First();
        var alive = 0;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                if (gates.TryDequeue(out var gate)) await gate.Task;
                return Reply.Ok();
            },
            Joined = (channel, _) =>
            {
                channel.Push("alive", new { n = Interlocked.Increment(ref alive) });
                return default;
            },
        });
        var second = gates.Last();
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:a","phx_leave",{}]""", """["3","3","room:a","phx_join",{}]""");
        first.Set();
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        second.Set();
        await client.ExpectAsync("""["3","3","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""", """["3",null,"room:a","alive",{"n":1}]""");
        await client.ExpectNothingElseAsync();
        Assert.That((alive, server.PubSub.Registry.CountOf("room:a")), Is.EqualTo((1, 1)));
    }

    sealed class Cycle
    {
        public Cycle Self => this;
    }
}
