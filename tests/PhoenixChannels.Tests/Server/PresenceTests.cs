using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

public class PresenceTests
{
    [Test]
    public async Task A_newcomer_gets_the_others_as_state_and_everybody_gets_the_newcomer_as_a_diff()
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var ann = await JoinAsync(server, "ann");
        await using var bob = await server.ConnectAsync();
        bob.Send(Join("bob"));
        await bob.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        Assert.That(Without(await bob.NextTextAsync()), Is.EqualTo("""["1",null,"room:a","presence_state",{"ann":{"metas":[{"phx_ref":"#","n":1}]}}]"""));
        var diff = """[null,null,"room:a","presence_diff",{"joins":{"bob":{"metas":[{"phx_ref":"#","n":1}]}},"leaves":{}}]""";
        Assert.That((Without(await bob.NextTextAsync()), Without(await ann.NextTextAsync())), Is.EqualTo((diff, diff)));
    }

    [Test]
    public async Task An_update_is_a_leave_of_the_old_meta_and_a_join_of_the_new_one_that_names_it()
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var ann = await JoinAsync(server, "ann");
        ann.Send("""["1","2","room:a","update",{"n":2,"phx_ref":"mine","phx_ref_prev":"mine"}]""");
        var frames = new[] { await ann.NextTextAsync(), await ann.NextTextAsync() }.Order().ToArray();
        using var diff = JsonDocument.Parse(frames[1]);
        var joined = diff.RootElement[4].GetProperty("joins").GetProperty("ann").GetProperty("metas")[0];
        var left = diff.RootElement[4].GetProperty("leaves").GetProperty("ann").GetProperty("metas")[0];
        Assert.That((joined.GetProperty("n").GetInt32(), left.GetProperty("n").GetInt32()), Is.EqualTo((2, 1)));
        Assert.That(joined.GetProperty("phx_ref_prev").GetString(), Is.EqualTo(left.GetProperty("phx_ref").GetString()));
        Assert.That(joined.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "phx_ref", "phx_ref_prev", "n" }));
        Assert.That(joined.GetProperty("phx_ref").GetString(), Has.Length.EqualTo(16).And.Match("^[A-Za-z0-9_-]+$"));
    }

    [TestCase("leave")]
    [TestCase("crash")]
    [TestCase("close")]
    [TestCase("drop")]
    [TestCase("kick")]
    public async Task Whatever_ends_a_channel_untracks_it(string how)
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var ann = await JoinAsync(server, "ann", "vsn=2.0.0&user=ann");
        await using var bob = await JoinAsync(server, "bob");
        switch (how)
        {
            case "leave": ann.Send("""["1","2","room:a","phx_leave",{}]"""); break;
            case "crash": ann.Send("""["1","2","room:a","crash",{}]"""); break;
            case "close": ann.Wire.Close(1000); break;
            case "drop": ann.Wire.Drop(reset: true); break;
            default: await server.Broadcaster.KickAsync("user:ann", "room:a"); break;
        }

        Assert.That(Without(await bob.NextTextAsync()), Is.EqualTo("""[null,null,"room:a","presence_diff",{"joins":{},"leaves":{"ann":{"metas":[{"phx_ref":"#","n":1}]}}}]"""));
        Assert.That(await server.Services.GetRequiredService<PlainPresence>().CountAsync("room:a"), Is.EqualTo(1));
    }

    [Test]
    public async Task Joining_again_untracks_the_old_channel_before_the_new_one_is_tracked()
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var bob = await JoinAsync(server, "bob");
        await using var ann = await JoinAsync(server, "ann");
        await bob.NextTextAsync();
        for (var n = 2; n <= 20; n++)
        {
            ann.Send($"[\"{n}\",\"{n}\",\"room:a\",\"phx_join\",{{\"key\":\"ann\",\"n\":{n}}}]");
            Assert.That(Without(await bob.NextTextAsync()), Is.EqualTo($$$$"""[null,null,"room:a","presence_diff",{"joins":{},"leaves":{"ann":{"metas":[{"phx_ref":"#","n":{{{{n - 1}}}}}]}}}]"""));
            Assert.That(Without(await bob.NextTextAsync()), Is.EqualTo($$$$"""[null,null,"room:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"#","n":{{{{n}}}}}]}},"leaves":{}}]"""));
        }
    }

    [Test]
    public async Task Two_channels_may_share_a_key_and_one_may_not_track_it_twice()
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var phone = await JoinAsync(server, "ann");
        await using var desk = await JoinAsync(server, "ann");
        var presence = server.Services.GetRequiredService<PlainPresence>();
        Assert.That(((await presence.ListAsync("room:a")).Count, (await presence.GetAsync("room:a", "ann"))!.Metas.Count, await presence.CountAsync("room:a")), Is.EqualTo((1, 2, 2)));
        desk.Send("""["1","2","room:a","track",{"key":"ann","n":5}]""");
        await desk.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"reason":"AlreadyTracked"},"status":"error"}]""");
        desk.Send("""["1","3","room:a","untrack",{"key":"nobody"}]""", """["1","4","room:a","update_other",{}]""");
        await desk.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","4","room:a","phx_reply",{"response":{"reason":"NotTracked"},"status":"error"}]""");
    }

    [Test]
    public async Task A_join_of_another_between_listing_and_tracking_is_seen_exactly_once()
    {
        await using var server = await StartAsync<PlainPresence>();
        var presence = server.Services.GetRequiredService<PlainPresence>();
        for (var round = 0; round < 30; round++)
        {
            var topic = $"room:{round}";
            await using var client = await server.ConnectAsync();
            client.Send($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{\"key\":\"ann\",\"n\":1}}]");
            await using var other = await presence.TrackAsync(topic, "other", new { n = 2 });

            // As clients do it: diffs that come before the state are kept and applied behind it, and a phx_ref counts once.
            var (present, early, hasState) = (new HashSet<(string Key, string Ref)>(), new List<JsonElement>(), false);
            while (!hasState || present.Count < 2)
            {
                using var frame = JsonDocument.Parse(await client.NextTextAsync());
                var payload = frame.RootElement[4].Clone();
                if (frame.RootElement[3].GetString() == "presence_state")
                {
                    hasState = true;
                    present.UnionWith(RefsIn(payload));
                    foreach (var diff in early) present.UnionWith(RefsIn(diff.GetProperty("joins")));
                }
                else if (frame.RootElement[3].GetString() == "presence_diff")
                {
                    if (hasState) present.UnionWith(RefsIn(payload.GetProperty("joins")));
                    else early.Add(payload);
                }
            }

            Assert.That(present.Select(entry => entry.Key), Is.EquivalentTo(new[] { "ann", "other" }));
        }
    }

    [Test]
    public async Task An_owner_without_a_channel_is_tracked_until_its_handle_is_disposed_of()
    {
        await using var server = await StartAsync<PlainPresence>();
        await using var ann = await JoinAsync(server, "ann");
        var presence = server.Services.GetRequiredService<PlainPresence>();
        var handle = await presence.TrackAsync("room:a", "bot", new { n = 1 });
        Assert.That(await ann.NextTextAsync(), Does.Contain("\"bot\""));
        Assert.That(await handle.UpdateAsync(new { n = 2 }), Is.EqualTo(UpdateResult.Updated));
        Assert.That(await ann.NextTextAsync(), Does.Contain("\"n\":2").And.Contain("phx_ref_prev"));
        await handle.DisposeAsync();
        await handle.DisposeAsync();
        Assert.That(Without(await ann.NextTextAsync()), Does.Contain("\"leaves\":{\"bot\":"));
        Assert.That(await handle.UpdateAsync(new { n = 3 }), Is.EqualTo(UpdateResult.NotTracked));
    }

    [Test]
    public async Task Fetch_is_asked_once_for_all_keys_of_a_list_and_of_a_diff()
    {
        await using var server = await StartAsync<FetchingPresence>();
        var presence = server.Services.GetRequiredService<FetchingPresence>();
        await using var ann = await JoinAsync(server, "ann");
        await using var bob = await JoinAsync(server, "bob");
        Assert.That(await ann.NextTextAsync(), Does.Contain("\"user\":{\"name\":\"bob!\"}"));
        presence.Asked.Clear();
        var list = await presence.ListAsync("room:a");
        Assert.That(presence.Asked, Is.EqualTo(new[] { "room:a: ann, bob" }));
        Assert.That(Without(Payload.From(list).ToString()), Is.EqualTo("""{"ann":{"metas":[{"phx_ref":"#","n":1}],"user":{"name":"ann!"}},"bob":{"metas":[{"phx_ref":"#","n":1}],"user":{"name":"bob!"}}}"""));
    }

    [TestCase("throws")]
    [TestCase("hangs")]
    public async Task A_fetch_that_fails_is_logged_its_topics_diffs_stay_in_order_and_other_topics_go_on(string how)
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync<FetchingPresence>(time: time);
        var presence = server.Services.GetRequiredService<FetchingPresence>();
        await using var watcher = await server.ConnectAsync();
        watcher.Send("""["1","1","plain:slow","phx_join",{}]""", """["2","2","plain:other","phx_join",{}]""");
        await watcher.ExpectAsync("""["1","1","plain:slow","phx_reply",{"response":{},"status":"ok"}]""", """["2","2","plain:other","phx_reply",{"response":{},"status":"ok"}]""");
        presence.Fails = topic => topic != "plain:slow" ? null : how == "throws" ? Task.FromException(new InvalidOperationException("no database")) : new TaskCompletionSource().Task;
        await using var first = await presence.TrackAsync("plain:slow", "one", new { });
        await using var second = await presence.TrackAsync("plain:slow", "two", new { });
        await using var elsewhere = await presence.TrackAsync("plain:other", "three", new { });
        var got = new List<string>();
        if (how == "hangs")
        {
            got.Add(await watcher.NextTextAsync());
            Assert.That(got[0], Does.Contain("\"three\"").And.Contain("three!"));
        }

        while (got.Count < 3)
        {
            var next = watcher.NextTextAsync();
            await time.AdvanceUntilAsync(next);
            got.Add(await next);
        }

        Assert.That(got.Where(text => text.Contains("plain:slow", StringComparison.Ordinal)).Select(text => text.Contains("\"one\"", StringComparison.Ordinal) ? "one" : "two"), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(server.Log.OfChannels, Has.Some.Contains("FetchAsync of a presence failed"));
    }

    [Test]
    public async Task HandleMetas_is_told_of_each_diff_in_order_with_who_is_present()
    {
        await using var server = await StartAsync<WatchingPresence>();
        var presence = server.Services.GetRequiredService<WatchingPresence>();
        await using var ann = await presence.TrackAsync("room:a", "ann", new { });
        var bob = await presence.TrackAsync("room:a", "bob", new { });
        await bob.DisposeAsync();
        await presence.Told.Task.WaitAsync(TestClient.Patience, TimeProvider.System);
        Assert.That(presence.Seen, Is.EqualTo(new[] { "+ann - of ann", "+bob - of ann,bob", "+ -bob of ann" }));
    }

    [Test]
    public async Task With_a_window_many_joins_are_few_diffs_and_who_came_and_went_is_not_announced()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync<PlainPresence>(options => options.Tracker.DiffWindow = TimeSpan.FromMilliseconds(200), time);
        var presence = server.Services.GetRequiredService<PlainPresence>();
        await using var watcher = await WatchAsync(server);
        for (var n = 0; n < 500; n++) await presence.TrackAsync("plain:a", $"k{n}", new { });
        await (await presence.TrackAsync("plain:a", "ghost", new { })).DisposeAsync();
        await presence.CountAsync("plain:a");
        await watcher.ExpectNothingElseAsync();
        var next = watcher.NextTextAsync();
        await time.AdvanceUntilAsync(next);
        using var diff = JsonDocument.Parse(await next);
        Assert.That((diff.RootElement[4].GetProperty("joins").EnumerateObject().Count(), diff.RootElement[4].GetProperty("leaves").EnumerateObject().Count()), Is.EqualTo((500, 0)));
    }

    [Test]
    public async Task With_a_grace_period_a_leave_waits_and_goes_with_the_join_of_its_key()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync<PlainPresence>(options => options.LeaveGrace = TimeSpan.FromSeconds(5), time);
        var presence = server.Services.GetRequiredService<PlainPresence>();
        await using var watcher = await WatchAsync(server);
        var ann = await presence.TrackAsync("plain:a", "ann", new { n = 1 });
        Assert.That(await watcher.NextTextAsync(), Does.Contain("\"joins\":{\"ann\""));
        await ann.DisposeAsync();
        Assert.That(await presence.CountAsync("plain:a"), Is.Zero);
        await watcher.ExpectNothingElseAsync();
        time.Advance(TimeSpan.FromSeconds(4));
        await watcher.ExpectNothingElseAsync();
        ann = await presence.TrackAsync("plain:a", "ann", new { n = 2 });
        Assert.That(Without(await watcher.NextTextAsync()), Is.EqualTo("""[null,null,"plain:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"#","n":2}]}},"leaves":{"ann":{"metas":[{"phx_ref":"#","n":1}]}}}]"""));
        await ann.DisposeAsync();
        await presence.CountAsync("plain:a");
        var left = watcher.NextTextAsync();
        await time.AdvanceUntilAsync(left);
        Assert.That(Without(await left), Is.EqualTo("""[null,null,"plain:a","presence_diff",{"joins":{},"leaves":{"ann":{"metas":[{"phx_ref":"#","n":2}]}}}]"""));
    }

    [TestCase("__proto__")]
    [TestCase("constructor")]
    [TestCase("")]
    [TestCase("quote\"back\\slash\n")]
    [TestCase("ключ😀")]
    public async Task Any_key_round_trips(string key)
    {
        await using var server = await StartAsync<PlainPresence>();
        var presence = server.Services.GetRequiredService<PlainPresence>();
        await using var watcher = await WatchAsync(server);
        await using var tracked = await presence.TrackAsync("plain:a", key, new { });
        using var diff = JsonDocument.Parse(await watcher.NextTextAsync());
        Assert.That(diff.RootElement[4].GetProperty("joins").EnumerateObject().Single().Name, Is.EqualTo(key));
    }

    [Test]
    public async Task A_key_that_is_too_long_or_a_meta_that_is_no_object_is_the_callers_error_and_nothing_is_tracked()
    {
        await using var server = await StartAsync<PlainPresence>();
        var presence = server.Services.GetRequiredService<PlainPresence>();
        Assert.That(async () => await presence.TrackAsync("t", new string('k', 4097), new { }), Throws.ArgumentException);
        Assert.That(async () => await presence.TrackAsync("t", "k", 5), Throws.ArgumentException);
        Assert.That(async () => await presence.TrackAsync("t", "k", new byte[] { 1 }), Throws.ArgumentException);
        Assert.That(async () => await presence.TrackAsync("t", "k", new { x = double.NaN }), Throws.Exception);
        await using var fits = await presence.TrackAsync("t", new string('k', 4096), new { });
        Assert.That(async () => await fits.UpdateAsync("text"), Throws.ArgumentException);
        Assert.That(await presence.CountAsync("t"), Is.EqualTo(1));
    }

    [Test]
    public async Task Tracking_within_JoinAsync_throws_and_says_where_to_move_it()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel<EagerChannel>("room:*"),
            configure: builder => builder.Services.AddPhoenixChannels().AddPresence<PlainPresence>());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""");
        Assert.That(server.Log.OfChannels, Has.Some.Contains("Move this to JoinedAsync"));
    }

    [Test]
    public async Task Several_presences_of_one_application_do_not_see_each_other()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            configure: builder => builder.Services.AddPhoenixChannels().AddPresence<PlainPresence>().AddPresence<FetchingPresence>());
        await using var tracked = await server.Services.GetRequiredService<PlainPresence>().TrackAsync("t", "k", new { });
        Assert.That(((await server.Services.GetRequiredService<PlainPresence>().ListAsync("t")).Count, (await server.Services.GetRequiredService<FetchingPresence>().ListAsync("t")).Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_presence_that_is_registered_twice_or_not_at_all_says_what_to_do()
    {
        var services = new ServiceCollection();
        Assert.That(() => services.AddPhoenixChannels().AddPresence<PlainPresence>().AddPresence<PlainPresence>(), Throws.InvalidOperationException.With.Message.Contains("once"));
        Assert.That(async () => await new PlainPresence().ListAsync("t"), Throws.InvalidOperationException.With.Message.Contains("AddPresence"));
    }

    [Test]
    public async Task Two_nodes_list_and_announce_each_others_presences()
    {
        var network = new LinkedPubSubNetwork();
        var time = new FakeTimeProvider();
        await using var a = await StartAsync<PlainPresence>(time: time, configure: services => services.AddSingleton(network.CreateAdapter("a")));
        await using var b = await StartAsync<PlainPresence>(time: time, configure: services => services.AddSingleton(network.CreateAdapter("b")));
        await using var watcher = await WatchAsync(b);
        var ann = await a.Services.GetRequiredService<PlainPresence>().TrackAsync("plain:a", "ann", new { n = 1 });
        var joined = watcher.NextTextAsync();
        await PassAsync(joined);
        Assert.That(Without(await joined), Is.EqualTo("""[null,null,"plain:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"#","n":1}]}},"leaves":{}}]"""));
        Assert.That((await b.Services.GetRequiredService<PlainPresence>().ListAsync("plain:a")).Keys, Is.EqualTo(new[] { "ann" }));
        await ann.DisposeAsync();
        var left = watcher.NextTextAsync();
        await PassAsync(left);
        Assert.That(await left, Does.Contain("\"leaves\":{\"ann\""));

        // Time passes no faster than both nodes can follow: each call goes through what waits for its tracker.
        async Task PassAsync(Task task)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (!task.IsCompleted)
            {
                Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TestClient.Patience), "it should have happened by now");
                time.Advance(TimeSpan.FromMilliseconds(500));
                foreach (var node in new[] { a, b, a, b }) await node.Services.GetRequiredService<PlainPresence>().CountAsync("plain:a");
                await Task.WhenAny(task, Task.Run(() => { }));
            }
        }
    }

    static Task<TestServer> StartAsync<TPresence>(Action<PresenceOptions>? options = null, TimeProvider? time = null, Action<IServiceCollection>? configure = null)
        where TPresence : Presence => TestServer.StartAsync(
        socket => socket.MapChannel<PresentChannel>("room:*").MapChannel("plain:*", _ => { }),
        socket => socket.WebSocket.IdleTimeout = TimeSpan.FromDays(1),
        builder =>
        {
            if (time is not null) builder.Services.AddSingleton(time);
            configure?.Invoke(builder.Services);
            builder.Services.AddPhoenixChannels().AddPresence<TPresence>(options);
            builder.Services.AddSingleton<Presence>(provider => provider.GetRequiredService<TPresence>());
        });

    static string Join(string key) => $"[\"1\",\"1\",\"room:a\",\"phx_join\",{{\"key\":\"{key}\",\"n\":1}}]";

    /// <summary>A client in the room, its own state and diff read.</summary>
    static async Task<TestClient> JoinAsync(TestServer server, string key, string query = "vsn=2.0.0")
    {
        var client = await server.ConnectAsync(query);
        client.Send(Join(key));
        for (var n = 0; n < 3; n++) await client.NextTextAsync();
        return client;
    }

    /// <summary>A client on a topic whose channel tracks nothing.</summary>
    static async Task<TestClient> WatchAsync(TestServer server)
    {
        var client = await server.ConnectAsync();
        await client.JoinAsync("plain:a");
        return client;
    }

    static IEnumerable<(string Key, string Ref)> RefsIn(JsonElement entries) =>
        from entry in entries.EnumerateObject()
        from meta in entry.Value.GetProperty("metas").EnumerateArray()
        select (entry.Name, meta.GetProperty("phx_ref").GetString()!);

    /// <summary>The text with every phx_ref as #.</summary>
    static string Without(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"phx_ref\":\"[A-Za-z0-9_-]{16}\"", "\"phx_ref\":\"#\"");

    sealed class PlainPresence : Presence;

    sealed class FetchingPresence : Presence
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public Func<string, Task?> Fails { get; set; } = _ => null;

        protected internal override async ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken)
        {
            Asked.Enqueue($"{topic}: {string.Join(", ", entries.Keys.Order())}");
            if (Fails(topic) is { } failure) await failure;
            foreach (var key in entries.Keys) entries[key].Set("user", new { name = key + "!" });
        }
    }

    sealed class WatchingPresence : Presence
    {
        public List<string> Seen { get; } = [];

        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected internal override async ValueTask HandleMetasAsync(string topic, PresenceDiff diff, PresenceMap present, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Seen.Add($"+{string.Join(',', diff.Joins.Keys)} -{string.Join(',', diff.Leaves.Keys)} of {string.Join(',', present.Keys.Order())}");
            if (Seen.Count == 3) Told.SetResult();
        }
    }

    sealed class PresentChannel(Presence presence) : Channel<TestSocket>
    {
        string _key = "";
        Payload _meta;

        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
        {
            (_key, _meta) = Read(payload);
            return new(Reply.Ok());
        }

        protected internal override async ValueTask JoinedAsync(CancellationToken cancellationToken)
        {
            Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
            await presence.TrackAsync(this, _key, _meta, cancellationToken);
        }

        protected internal override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
        {
            switch (message.Event)
            {
                case "track":
                    var (key, meta) = Read(message.Payload);
                    return Reply.Error((await presence.TrackAsync(this, key, meta, cancellationToken)).ToString());
                case "untrack":
                    await presence.UntrackAsync(this, Read(message.Payload).Key, cancellationToken);
                    return Reply.Ok();
                case "update":
                    await presence.UpdateAsync(this, _key, message.Payload, cancellationToken);
                    return Reply.Ok();
                case "update_other":
                    return Reply.Error((await presence.UpdateAsync(this, "other", Payload.Empty, cancellationToken)).ToString());
                default:
                    return await base.HandleInAsync(message, cancellationToken);
            }
        }

        static (string Key, Payload Meta) Read(Payload payload)
        {
            var parameters = payload.Read<Dictionary<string, JsonElement>>();
            return (parameters["key"].GetString()!, Payload.From(parameters.TryGetValue("n", out var n) ? new { n = n.GetInt32() } : new { n = 0 }));
        }
    }

    sealed class EagerChannel(PlainPresence presence) : Channel<TestSocket>
    {
        protected internal override async ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
        {
#pragma warning disable PHX0014 // What it says is what is tested.
            await presence.TrackAsync(this, "k", new { }, cancellationToken);
#pragma warning restore PHX0014
            return Reply.Ok();
        }
    }
}
