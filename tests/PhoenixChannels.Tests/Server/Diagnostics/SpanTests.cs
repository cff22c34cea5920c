using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Tests.Server.Diagnostics;

public class SpanTests
{
    const string Join = "join room:* Unset rpc.system.name=phoenix_channels rpc.method=room:*/join phoenixchannels.topic_pattern=room:* rpc.response.status_code=ok";
    const string JoinTags = "rpc.system.name=phoenix_channels rpc.method=room:*/join phoenixchannels.topic_pattern=room:*";
    const string HandleInTags = "rpc.system.name=phoenix_channels rpc.method=room:*/handle_in phoenixchannels.topic_pattern=room:* phoenixchannels.event=";

    static readonly Script s_outcomes = new()
    {
        Join = async (channel, payload, _) =>
        {
            if (channel.Subtopic.EndsWith("later", StringComparison.Ordinal)) await Task.Yield();
            return channel.Subtopic.Split(' ')[0] switch
            {
                "refused" => Reply.Error("no"),
                "invalid" => Reply.Ok(payload.Read<int>()),
                "crashed" => throw new TimeoutException("a secret"),
                _ => Reply.Ok(),
            };
        },
        HandleIn = async (_, message, _) =>
        {
            if (message.Event.EndsWith("later", StringComparison.Ordinal)) await Task.Yield();
            return message.Event.Split(' ')[0] switch
            {
                "none" => Reply.None,
                "error" => Reply.Error("no"),
                "custom" => Reply.WithStatus("custom", new { }),
                "invalid" => Reply.Ok(message.Payload.Read<int>()),
                "crashed" => throw new TimeoutException("a secret"),
                "unsent" => Reply.Ok(new Unwritable()),
                _ => Reply.Ok(),
            };
        },
    };

    [TestCase("ok", "Unset", "rpc.response.status_code=ok")]
    [TestCase("refused", "Error", "rpc.response.status_code=error error.type=refused")]
    [TestCase("invalid", "Error", "rpc.response.status_code=error error.type=PhoenixChannels.PayloadException")]
    [TestCase("crashed", "Error", "rpc.response.status_code=error error.type=System.TimeoutException")]
    public async Task A_join_is_a_span(string outcome, string status, string tags)
    {
        await using var server = await TestServer.WithScriptAsync(s_outcomes);
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        client.Send($$"""["1","1","room:{{outcome}}","phx_join",{}]""", $$"""["2","2","room:{{outcome}} later","phx_join",{}]""");
        await client.NextTextAsync();
        await client.NextTextAsync();
        Assert.That((await spans.TakeAsync(2)).Select(SpanRecorder.Describe), Has.Exactly(2).EqualTo($"join room:* {status} {JoinTags} {tags}"));
    }

    [TestCase("ok", "Unset", "rpc.response.status_code=ok")]
    [TestCase("none", "Unset", "")]
    [TestCase("custom", "Unset", "rpc.response.status_code=custom")]
    [TestCase("error", "Error", "rpc.response.status_code=error error.type=error")]
    [TestCase("invalid", "Error", "rpc.response.status_code=error error.type=PhoenixChannels.PayloadException")]
    [TestCase("crashed", "Error", "error.type=System.TimeoutException")]
    [TestCase("unsent", "Error", "error.type=System.NotSupportedException")]
    public async Task An_event_is_a_span(string outcome, string status, string tags)
    {
        await using var server = await TestServer.WithScriptAsync(s_outcomes);
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:b","phx_join",{}]""", $$"""["1","3","room:a","{{outcome}}",{}]""", $$"""["2","4","room:b","{{outcome}} later",{}]""");
        Assert.That((await spans.TakeAsync(4)).Select(SpanRecorder.Describe), Is.EquivalentTo(new[]
        {
            Join,
            Join,
            $"handle_in room:* {status} {HandleInTags}{outcome} {tags}".TrimEnd(),
            $"handle_in room:* {status} {HandleInTags}{outcome} later {tags}".TrimEnd(),
        }));
    }

    [Test]
    public async Task Spans_are_roots_that_are_linked_to_their_handshake()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var spans = new SpanRecorder(server.Services);
        var (client, _) = await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        await using var __ = client;
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{}]""");
        var ended = await spans.TakeAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(ended.Select(span => span.Kind), Has.All.EqualTo(ActivityKind.Server));
            Assert.That(ended.Select(span => span.ParentId), Has.All.Null);
            Assert.That(ended.Select(span => span.TraceId).Distinct().Count(), Is.EqualTo(2), "each is a trace of its own");
            Assert.That(ended.Select(span => span.Links.Single().Context.TraceId.ToHexString()), Has.All.EqualTo("0af7651916cd43dd8448eb211c80319c"));
        });
    }

    [Test]
    public async Task Spans_over_long_poll_are_linked_to_the_request_that_opened_the_session()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.LongPoll.Enabled = true);
        using var spans = new SpanRecorder(server.Services);
        using var client = new LongPollClient(server.EndPoint);
        client.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await client.OpenAsync();
        client.Headers.Remove("traceparent");
        client.Headers.Add("traceparent", "00-11111111111111111111111111111111-b7ad6b7169203331-01");
        await client.SendAsync("""["1","1","room:a","phx_join",{}]""");
        var join = (await spans.TakeAsync(1)).Single();
        Assert.That((join.ParentId, join.Links.Single().Context.TraceId.ToHexString()), Is.EqualTo(((string?)null, "0af7651916cd43dd8448eb211c80319c")));
    }

    [Test]
    public async Task A_handler_runs_inside_its_span_and_what_follows_outside()
    {
        var seen = new ConcurrentQueue<string>();
        void See(string where) => seen.Enqueue($"{where}: {Activity.Current?.DisplayName ?? "nothing"}");
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                See("join");
                await Task.Yield();
                See("join, later");
                return Reply.Ok();
            },
            Joined = (_, _) =>
            {
                See("joined");
                return default;
            },
            HandleIn = async (channel, message, _) =>
            {
                See(message.Event);
                if (message.Event != "now") await Task.Yield();
                See($"{message.Event}, later");
                channel.Send(message.Event);
                return Reply.Ok();
            },
            Info = (_, message, _) =>
            {
                See($"info {message}");
                return default;
            },
            Terminate = (_, _, _) =>
            {
                See("terminate");
                return default;
            },
        });
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        foreach (var (name, reference) in new[] { ("now", "2"), ("then", "3") })
        {
            client.Send($$"""["1","{{reference}}","room:a","{{name}}",{}]""");
            await client.ExpectAsync($$"""["1","{{reference}}","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        }

        client.Send("""["1","4","room:a","phx_leave",{}]""");
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(seen, Is.EqualTo(new[]
        {
            "join: join room:*", "join, later: join room:*", "joined: nothing",
            "now: handle_in room:*", "now, later: handle_in room:*", "info now: nothing",
            "then: handle_in room:*", "then, later: handle_in room:*", "info then: nothing",
            "terminate: nothing",
        }));
    }

    [Test]
    public async Task A_crash_is_logged_inside_its_span()
    {
        var log = new CurrentSpans();
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel<ScriptedChannel>("room:*"), configure: builder =>
        {
            builder.Services.AddSingleton(s_outcomes);
            builder.Logging.AddProvider(log);
        });
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:crashed","phx_join",{}]""", """["2","2","room:a","phx_join",{}]""", """["2","3","room:a","crashed later",{}]""");
        await spans.TakeAsync(3);
        Assert.That(log.OfErrors, Is.EquivalentTo(new[] { "join room:*", "handle_in room:*" }));
    }

    [Test]
    public async Task An_event_of_any_length_is_a_tag_of_one_short_line()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send($$"""["1","2","room:a","\n{{new string('x', 4000)}}",{}]""", """["1","3","room:a",5,{}]""");
        var ended = await spans.TakeAsync(3);
        Assert.That((ended[1].GetTagItem("phoenixchannels.event"), ended[2].GetTagItem("phoenixchannels.event")), Is.EqualTo(("\\u000A" + new string('x', 99) + "…", (object?)null)));
    }

    [Test]
    public async Task A_join_that_is_too_late_says_so_and_is_counted_once()
    {
        var time = new FakeTimeProvider();
        var begun = new Signal();
        await using var server = await TestServer.WithScriptAsync(Undecided(begun), time: time);
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:late","phx_join",{}]""");
        await begun.WaitAsync();
        time.Advance(TimeSpan.FromSeconds(9));
        await client.ExpectAsync("""["1","1","room:late","phx_reply",{"response":{"reason":"join timeout"},"status":"error"}]""");
        var ended = await spans.TakeAsync(1);
        Assert.That(ended.Select(SpanRecorder.Describe), Is.EqualTo(new[] { $"join room:* Error {JoinTags} rpc.response.status_code=error error.type=timeout" }));
        Assert.That((server.Counted("phoenixchannels.joins"), server.Counted("phoenixchannels.joins", "result=timeout")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_join_that_is_cancelled_because_its_client_has_gone_is_no_crash()
    {
        var time = new FakeTimeProvider();
        var begun = new Signal();
        await using var server = await TestServer.WithScriptAsync(Undecided(begun), options => options.ShutdownTimeout = TimeSpan.FromSeconds(1), time);
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await begun.WaitAsync();
        await server.Broadcaster.DisconnectAsync("user:ann");
        var ending = spans.TakeAsync(1);
        await time.AdvanceUntilAsync(ending);
        Assert.That((await ending).Select(SpanRecorder.Describe), Is.EqualTo(new[] { $"join room:* Unset {JoinTags}" }));
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That((server.Counted("phoenixchannels.crashes"), server.Counted("phoenixchannels.joins")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_join_that_was_ended_meanwhile_is_not_counted_when_it_is_refused()
    {
        var (begun, decided) = (new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(new()
        {
            Join = async (_, _, _) =>
            {
                begun.Set();
                await decided.WaitAsync();
                return Reply.Error("no");
            },
        });
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await begun.WaitAsync();
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"kicked"},"status":"error"}]""");
        decided.Set();
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(server.Counted("phoenixchannels.joins"), Is.Zero);
    }

    [Test]
    public async Task An_event_whose_handler_is_cancelled_because_its_client_has_gone_is_no_error()
    {
        var begun = new Signal();
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (_, _, ct) =>
            {
                begun.Set();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                return Reply.Ok();
            },
        });
        using var spans = new SpanRecorder(server.Services);
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","wait",{}]""");
        await begun.WaitAsync();
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        Assert.That((await spans.TakeAsync(2)).Select(SpanRecorder.Describe), Is.EqualTo(new[] { Join, $"handle_in room:* Unset {HandleInTags}wait" }));
    }

    [Test]
    public async Task What_the_sampler_does_not_want_is_no_span_and_handled_all_the_same()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var spans = new SpanRecorder(server.Services, ActivitySamplingResult.None);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        Assert.That(await spans.TakeAsync(0), Is.Empty);
    }

    [Test]
    public async Task Without_a_listener_there_is_no_span_no_link_and_nothing_allocated()
    {
        Activity? seen = null;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, _, _) =>
            {
                seen = Activity.Current;
                return new(Reply.Ok());
            },
        });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        var connection = server.Services.GetRequiredService<SocketServer>().Connections.Single();
        Assert.That((seen, connection.Handshake), Is.EqualTo(((Activity?)null, (ActivityLink[]?)null)));

        var tracing = server.Services.GetRequiredService<ChannelsTracing>();
        var kind = new CallKind("join", "room:*");
        using var request = new Activity("request").Start();
        tracing.Start(kind, tracing.LinkToCurrent());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) tracing.Start(kind, tracing.LinkToCurrent());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>Cannot be written as JSON.</summary>
    sealed class Unwritable
    {
        public IntPtr Pointer => 0;
    }

    /// <summary>Keeps which span was the current one when an error was logged.</summary>
    sealed class CurrentSpans : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string?> OfErrors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error) OfErrors.Enqueue(Activity.Current?.DisplayName);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A join that is decided by nothing but its end.</summary>
    static Script Undecided(Signal begun) => new()
    {
        Join = async (_, _, ct) =>
        {
            begun.Set();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return Reply.Ok();
        },
    };
}
