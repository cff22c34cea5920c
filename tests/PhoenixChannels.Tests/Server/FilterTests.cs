using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Tests.Server;

/// <summary>What stands around joins and events.</summary>
public class FilterTests
{
    [Test]
    public async Task Filters_run_from_the_applications_first_to_the_channels_last()
    {
        var log = new FilterLog();
        await using var server = await StartAsync(
            new()
            {
                Join = (_, _, _) => Add(log, "channel"),
                HandleIn = (_, _, _) => Add(log, "channel"),
            },
            log,
            channels => channels.AddChannelFilter<Recording<A>>().AddChannelFilter<Recording<B>>(),
            channel => channel.AddFilter<Recording<C>>().AddFilter<Recording<D>>());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","hello",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        Assert.That(log.Entries, Is.EqualTo([
            "A phx_join room:a", "B phx_join room:a", "C phx_join room:a", "D phx_join room:a", "channel", "D done", "C done", "B done", "A done",
            "A hello room:a", "B hello room:a", "C hello room:a", "D hello room:a", "channel", "D done", "C done", "B done", "A done"]));
    }

    [Test]
    public async Task A_channel_of_lambdas_has_filters_and_another_channel_does_not_get_them()
    {
        var log = new FilterLog();
        await using var server = await TestServer.StartAsync(
            socket => socket
                .MapChannel("room:*", channel => channel.AddFilter<Recording<A>>().On<Payload>("echo", (_, payload, _) => new ValueTask<Reply>(Reply.Ok(payload))))
                .MapChannel("hall:*", _ => { }),
            configure: builder => builder.Services.AddSingleton(log));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("hall:a");
        await client.JoinAsync("room:a", "2");
        client.Send("""["2","3","room:a","echo",{"n":1}]""");
        await client.ExpectAsync("""["2","3","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
        Assert.That(log.Entries, Is.EqualTo(["A phx_join room:a", "A done", "A echo room:a", "A done"]));
    }

    [Test]
    public async Task A_filter_answers_itself()
    {
        await using var server = await WithFilterAsync(
            new()
            {
                Join = (call, next) => call.Channel.Subtopic == "closed" ? new(Reply.Error("closed")) : next(call),
                HandleIn = (call, next) => call.Event == "status" ? new(Reply.WithStatus("cached", new { n = 1 })) : next(call),
            },
            new() { HandleIn = (_, message, _) => new(Reply.Ok(new { handled = message.Event })) });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:closed","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:closed","phx_reply",{"response":{"reason":"closed"},"status":"error"}]""");
        Assert.That(server.Counted("phoenixchannels.joins", "result=refused"), Is.EqualTo(1));
        await client.JoinAsync("room:open", "2");
        client.Send("""["2","3","room:open","status",{}]""", """["2","4","room:open","other",{}]""");
        await client.ExpectAsync(
            """["2","3","room:open","phx_reply",{"response":{"n":1},"status":"cached"}]""",
            """["2","4","room:open","phx_reply",{"response":{"handled":"other"},"status":"ok"}]""");
    }

    [Test]
    public async Task A_filter_passes_on_another_payload_and_changes_the_reply()
    {
        await using var server = await WithFilterAsync(
            new()
            {
                Join = (call, next) => next(call.With(Payload.From(new { AskedBy = call.Channel.Topic }))),
                HandleIn = async (call, next) =>
                {
                    var reply = await next(call.With(Payload.From(new Sum(call.Payload.Read<Sum>().First, 40))));
                    return Reply.Ok(new { wrapped = reply.Payload });
                },
            },
            new()
            {
                Join = (_, payload, _) => new(Reply.Ok(payload)),
                HandleIn = (_, message, _) => new(Reply.Ok(new { total = message.Payload.Read<Sum>().First + message.Payload.Read<Sum>().Second, message.HasRef })),
            });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{"x":1}]""", """["1","2","room:a","sum",{"first":2,"second":3}]""");
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{"askedBy":"room:a"},"status":"ok"}]""",
            """["1","2","room:a","phx_reply",{"response":{"wrapped":{"total":42,"hasRef":true}},"status":"ok"}]""");
    }

    [Test]
    public async Task A_handler_that_answers_later_answers_the_message_that_a_filter_has_changed()
    {
        SocketRef later = default;
        await using var server = await WithFilterAsync(
            new() { HandleIn = (call, next) => next(call.With(Payload.Json("""{"changed":true}"""u8.ToArray()))) },
            new()
            {
                HandleIn = (channel, message, _) =>
                {
                    later = message.Ref;
                    channel.Send(message.Payload);
                    return default;
                },
                Info = (_, message, _) =>
                {
                    later.Reply(Reply.Ok((Payload)message));
                    return default;
                },
            });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","ask",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"changed":true},"status":"ok"}]""");
    }

    [Test]
    public async Task What_a_filter_throws_is_as_if_the_channel_had_thrown()
    {
        await using var server = await WithFilterAsync(
            new()
            {
                Join = (call, next) => call.Channel.Subtopic switch
                {
                    "wrong" => throw new PayloadException("secret"),
                    "crash" => throw new InvalidOperationException("secret"),
                    _ => next(call),
                },
                HandleIn = async (call, next) =>
                {
                    await Task.Yield();
                    return call.Event == "wrong" ? throw new PayloadException("secret") : throw new InvalidOperationException("secret");
                },
            });
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:wrong","phx_join",{}]""", """["2","2","room:crash","phx_join",{}]""");
        await client.ExpectAsync(
            """["1","1","room:wrong","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""",
            """["2","2","room:crash","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""");
        await client.JoinAsync("room:a", "3");
        client.Send("""["3","4","room:a","wrong",{}]""", """["3","5","room:a","crash",{}]""");
        await client.ExpectAsync(
            """["3","4","room:a","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""",
            """["3","3","room:a","phx_error",{"reason":"channel_crash"}]""");
        Assert.That((server.Counted("phoenixchannels.joins", "result=invalid"), server.Counted("phoenixchannels.joins", "result=crashed"), server.Counted("phoenixchannels.messages.invalid"), server.Counted("phoenixchannels.crashes")), Is.EqualTo((1, 1, 1, 2)));
    }

    [Test]
    public async Task A_filter_sees_what_the_channel_throws_and_may_answer_instead()
    {
        await using var server = await WithFilterAsync(
            new()
            {
                HandleIn = async (call, next) =>
                {
                    try
                    {
                        return await next(call);
                    }
                    catch (InvalidOperationException e)
                    {
                        return Reply.Error(e.Message);
                    }
                },
            },
            new() { HandleIn = (_, _, _) => throw new InvalidOperationException("seen") });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","fail",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"reason":"seen"},"status":"error"}]""");
        Assert.That(server.Counted("phoenixchannels.crashes"), Is.Zero);
    }

    [Test]
    public async Task A_filter_prepares_a_scoped_service_for_the_handler_of_the_same_call_alone()
    {
        await using var server = await WithFilterAsync(
            new()
            {
                Join = (call, next) => WithTenant(call, next, "join"),
                HandleIn = (call, next) => call.Event == "none" ? next(call) : WithTenant(call, next, call.Event),
            },
            new()
            {
                Join = (channel, _, _) => new(Reply.Ok(channel.CallServices.GetRequiredService<Tenant>())),
                HandleIn = (channel, _, _) => new(Reply.Ok(channel.CallServices.GetRequiredService<Tenant>())),
            },
            services => services.AddScoped<Tenant>());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""", """["1","2","room:a","acme",{}]""", """["1","3","room:a","none",{}]""");
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{"name":"join"},"status":"ok"}]""",
            """["1","2","room:a","phx_reply",{"response":{"name":"acme"},"status":"ok"}]""",
            """["1","3","room:a","phx_reply",{"response":{"name":""},"status":"ok"}]""");

        static ValueTask<Reply> WithTenant(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next, string name)
        {
            call.Services.GetRequiredService<Tenant>().Name = name;
            return next(call);
        }
    }

    [TestCase("push")]
    [TestCase("broadcast")]
    [TestCase("track")]
    public async Task A_filter_of_a_join_only_decides(string what)
    {
        await using var server = await WithFilterAsync(
            new()
            {
                Join = async (call, next) =>
                {
                    var reply = await next(call);
                    if (what == "push") call.Channel.Push("early", Payload.Empty);
                    else if (what == "broadcast") await call.Channel.BroadcastAsync("early", Payload.Empty);
                    else await call.Services.GetRequiredService<Presence>().TrackAsync(call.Channel, "ann", Payload.Empty);
                    return reply;
                },
            },
            channels: channels => channels.AddPresence<Presence>());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""");
        Assert.That(server.Log.Entries.Single(entry => entry.Level == LogLevel.Error).Text, Does.Contain("Move this to JoinedAsync"));
    }

    [Test]
    public async Task An_event_whose_name_is_no_string_crashes_the_channel_before_any_filter()
    {
        var log = new FilterLog();
        await using var server = await StartAsync(new(), log, channels => channels.AddChannelFilter<Recording<A>>());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a",7,{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        Assert.That(log.Entries, Is.EqualTo(["A phx_join room:a", "A done"]));
    }

    [Test]
    public async Task A_filter_that_overrides_nothing_passes_everything_on()
    {
        await using var server = await StartAsync(new(), new(), channels => channels.AddChannelFilter<Idle>());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{"n":1}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
    }

    [Test]
    public async Task One_instance_of_a_filter_serves_the_application_and_ends_with_it()
    {
        var log = new FilterLog();
        await using (var server = await TestServer.StartAsync(
            socket => socket.MapChannel("room:*", channel => channel.AddFilter<Counted>().AddFilter<Recording<A>>()).MapChannel("hall:*", channel => channel.AddFilter<Counted>()),
            configure: builder =>
            {
                builder.Services.AddPhoenixChannels().AddChannelFilter<Counted>();
                builder.Services.AddSingleton(log);
            }))
        {
            Assert.That(log.Entries, Is.EqualTo(["made"]));
            await server.StopAsync();
        }

        Assert.That(log.Entries, Is.EqualTo(["made", "disposed of"]));
    }

    [Test]
    public async Task A_filter_that_is_a_service_is_taken_as_it_is()
    {
        var filter = new ScriptedFilter(new() { HandleIn = (_, _) => new(Reply.Ok(new { registered = true })) });
        await using var server = await StartAsync(new(), new(), channels => channels.AddChannelFilter<ScriptedFilter>().Services.AddSingleton(filter));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","any",{}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"registered":true},"status":"ok"}]""");
    }

    [Test]
    public void A_filter_that_is_added_twice_is_refused() => Assert.That(
        () => new ServiceCollection().AddPhoenixChannels().AddChannelFilter<Idle>().AddChannelFilter<Idle>(),
        Throws.InvalidOperationException.With.Message.EqualTo("Idle is registered already: call AddChannelFilter<Idle>() once."));

    [Test]
    public async Task No_filter_allocates_nothing_and_many_no_more_than_one()
    {
        var none = await AllocatedPerEventAsync(_ => { });
        var one = await AllocatedPerEventAsync(channels => channels.AddChannelFilter<Idle>());
        var three = await AllocatedPerEventAsync(channels => channels.AddChannelFilter<Idle>().AddChannelFilter<Idle<A>>().AddChannelFilter<Idle<B>>());
        Assert.That((none, three), Is.EqualTo((0, one)));
        Assert.That(one, Is.InRange(1, 128), "the call itself");
    }

    /// <summary>What is allocated between the mailbox and the handler.</summary>
    static async Task<long> AllocatedPerEventAsync(Action<IChannelsBuilder> filters)
    {
        const int Events = 1000;
        var joined = new TaskCompletionSource<ScriptedChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(
            new()
            {
                HandleIn = (_, _, _) => new(Reply.None),
                Joined = (channel, _) =>
                {
                    joined.SetResult(channel);
                    return default;
                },
            },
            new(),
            filters);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var channel = await joined.Task;
        var letter = new EventLetter("event", Payload.Empty, default);
        Handle(Events);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Handle(Events);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Events;

        void Handle(int count)
        {
            for (var i = 0; i < count; i++) RequireDone(letter.InvokeAsync(channel, default));
        }

        static void RequireDone(ValueTask<Reply> handling)
        {
            if (!handling.IsCompletedSuccessfully) throw new AssertionException("The handler has not run.");
        }
    }

    static Task<TestServer> StartAsync(Script script, FilterLog log, Action<IChannelsBuilder>? channels = null, Action<ChannelRouteBuilder>? channel = null) => TestServer.StartAsync(
        socket => socket.MapChannel<ScriptedChannel>("room:*", channel ?? (_ => { })),
        configure: builder =>
        {
            builder.Services.AddSingleton(script).AddSingleton(log);
            channels?.Invoke(builder.Services.AddPhoenixChannels());
        });

    static Task<TestServer> WithFilterAsync(FilterScript filter, Script? script = null, Action<IServiceCollection>? services = null, Action<IChannelsBuilder>? channels = null) => StartAsync(script ?? new(), new(), builder =>
    {
        builder.AddChannelFilter<ScriptedFilter>().Services.AddSingleton(filter);
        services?.Invoke(builder.Services);
        channels?.Invoke(builder);
    });

    static ValueTask<Reply> Add(FilterLog log, string entry)
    {
        log.Entries.Add(entry);
        return new(Reply.Ok());
    }

    sealed class FilterLog
    {
        public List<string> Entries { get; } = [];
    }

    sealed class FilterScript
    {
        public Func<ChannelCall, Func<ChannelCall, ValueTask<Reply>>, ValueTask<Reply>> Join { get; init; } = (call, next) => next(call);

        public Func<ChannelCall, Func<ChannelCall, ValueTask<Reply>>, ValueTask<Reply>> HandleIn { get; init; } = (call, next) => next(call);
    }

    sealed class ScriptedFilter(FilterScript script) : IChannelFilter
    {
        public ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next) => script.Join(call, next);

        public ValueTask<Reply> HandleInAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next) => script.HandleIn(call, next);
    }

    sealed class Recording<TName>(FilterLog log) : IChannelFilter
    {
        public ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next) => RecordAsync(call, next);

        public ValueTask<Reply> HandleInAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next) => RecordAsync(call, next);

        async ValueTask<Reply> RecordAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
        {
            log.Entries.Add($"{typeof(TName).Name} {call.Event} {call.Channel.Topic}");
            var reply = await next(call);
            log.Entries.Add($"{typeof(TName).Name} done");
            return reply;
        }
    }

    sealed class Counted : IChannelFilter, IAsyncDisposable
    {
        readonly FilterLog _log;

        public Counted(FilterLog log)
        {
            _log = log;
            log.Entries.Add("made");
        }

        public ValueTask DisposeAsync()
        {
            _log.Entries.Add("disposed of");
            return default;
        }
    }

    sealed class Idle : IChannelFilter;

    sealed class Idle<TName> : IChannelFilter;

    sealed class Tenant
    {
        public string Name { get; set; } = "";
    }

    sealed record Sum(int First, int Second);

    struct A;

    struct B;

    struct C;

    struct D;
}
