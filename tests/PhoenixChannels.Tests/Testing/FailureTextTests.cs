using PhoenixChannels.Testing;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Testing;

/// <summary>What a test is told when its expectation is not met.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailureTextTests
{
    ChannelTestHost _host = null!;
    TestSocket<AnySocket> _socket = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel
            .OnJoin((context, _) => context.Subtopic switch { "secret" => Reply.Error("unauthorized"), "broken" => throw new InvalidOperationException("no join today"), _ => Reply.Ok() })
            .On("push", (context, message, _) =>
            {
                context.Push("pushed", message.Payload);
                return new(Reply.Ok(new { done = true }));
            })
            .On("text", (_, message, _) => new(Reply.Error(message.Payload.Read<Text>().Value)))
            .On("crash", (_, _, _) => throw new InvalidOperationException("out of paper"))
            .On("silent", (_, _, _) => new(Reply.None)));
        _socket = await _host.ConnectAsync<AnySocket>();
    }

    [TearDown]
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Test]
    public async Task A_push_that_did_not_come_lists_what_came_instead()
    {
        var room = await _socket.JoinAsync("room:1");
        room.Push("push", new { a = 1 });
        room.Push("push", Payload.Binary(new byte[3]));
        room.Push("text", new { value = "no" });
        await _host.SettleAsync();
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(
            () => room.ExpectPushAsync("new_msg"),
            """Expected a push of 'new_msg' within 0 s, but the client got: push 'pushed' {"a":1}; reply ok {"done":true} to 'push'; push 'pushed' (3 bytes); reply ok {"done":true} to 'push'; reply error {"reason":"no"} to 'text'.""");
    }

    [Test]
    public async Task What_was_expected_before_is_not_listed()
    {
        var room = await _socket.JoinAsync("room:1");
        await room.Push("push").ExpectReplyAsync();
        await room.ExpectPushAsync("pushed");
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(() => room.ExpectPushAsync("pushed"), "Expected a push of 'pushed' within 0 s, but the client got nothing more.");
    }

    [Test]
    public async Task Of_very_much_the_end_is_listed_and_of_a_long_payload_the_beginning()
    {
        var room = await _socket.JoinAsync("room:1");
        for (var i = 0; i < 20; i++) room.Push("push", new { i });
        room.Push("push", new { text = new string('x', 1000) });
        await _host.SettleAsync();
        _host.Timeout = TimeSpan.Zero;
        var text = await FailsAsync(() => room.ExpectPushAsync("x"));
        Assert.That(text, Does.Contain("the client got: … 22 more; push 'pushed' {\"i\":11}; ").And.Contain($"{{\"text\":\"{new string('x', 291)}…;"));
    }

    [Test]
    public async Task A_condition_that_nothing_fulfils_leaves_what_came()
    {
        var room = await _socket.JoinAsync("room:1");
        await room.Push("push", new { value = "a" }).ExpectReplyAsync();
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(
            () => room.ExpectPushAsync<Text>("pushed", text => text.Value == "b"),
            """Expected a push of 'pushed' that fulfils the condition within 0 s, but the client got: push 'pushed' {"value":"a"}.""");
        Assert.That(await room.ExpectPushAsync<Text>("pushed", text => text.Value == "a"), Is.EqualTo(new Text("a")));
    }

    [Test]
    public async Task A_payload_of_another_shape_is_shown()
    {
        var room = await _socket.JoinAsync("room:1");
        await room.Push("push", new { other = 1 }).ExpectReplyAsync();
        Assert.That(await FailsAsync(() => room.ExpectPushAsync<Text>("pushed")), Does.StartWith("""Expected the push 'pushed' to carry a Text, but it carries {"other":1}. The payload is no Text: """));
    }

    [Test]
    public async Task A_crash_while_a_reply_is_awaited_fails_at_once_with_the_exception()
    {
        _host.Timeout = TimeSpan.FromDays(1);
        var room = await _socket.JoinAsync("room:1");
        var failure = await FailureOfAsync(() => room.Push("crash").ExpectReplyAsync());
        Assert.That(failure.Message, Is.EqualTo("Expected a reply ok to 'crash', but the client got nothing more. The channel crashed: InvalidOperationException: out of paper"));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidOperationException>());
        await FailsAsync(() => room.ExpectPushAsync("x"), "Expected a push of 'x', but the client got nothing more. The channel crashed: InvalidOperationException: out of paper");
        Assert.That(await room.ExpectExitAsync(), Is.EqualTo(new Termination(TerminationReason.Crashed, failure.InnerException)));
    }

    [Test]
    public async Task A_reply_of_another_status_fails_at_once()
    {
        _host.Timeout = TimeSpan.FromDays(1);
        var room = await _socket.JoinAsync("room:1");
        await FailsAsync(() => room.Push("text", new { value = "no" }).ExpectReplyAsync(), """Expected a reply ok to 'text', but the server answered error {"reason":"no"}.""");
    }

    [Test]
    public async Task A_payload_that_the_handler_cannot_read_is_explained()
    {
        var room = await _socket.JoinAsync("room:1");
        Assert.That(
            await FailsAsync(() => room.Push("text", new { other = 1 }).ExpectReplyAsync()),
            Does.StartWith("""Expected a reply ok to 'text', but the server answered error {"reason":"invalid payload"}. The payload is no Text: """));
    }

    [Test]
    public async Task A_reply_that_did_not_come_lists_what_came_instead()
    {
        var room = await _socket.JoinAsync("room:1");
        await room.Push("push").ExpectReplyAsync();
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(() => room.Push("silent").ExpectReplyAsync(), "Expected a reply ok to 'silent' within 0 s, but the client got: push 'pushed' {}.");
    }

    [Test]
    public async Task A_join_that_is_refused_shows_the_answer() =>
        await FailsAsync(() => _socket.JoinAsync("room:secret"), """Expected to join 'room:secret', but the server answered error {"reason":"unauthorized"}.""");

    [Test]
    public async Task A_join_that_crashes_shows_the_exception()
    {
        var failure = await FailureOfAsync(() => _socket.JoinAsync("room:broken"));
        Assert.That(failure.Message, Is.EqualTo("""Expected to join 'room:broken', but the server answered error {"reason":"join crashed"}. The channel crashed: InvalidOperationException: no join today"""));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task What_should_not_have_come_is_shown()
    {
        var topic = await _host.SubscribeAsync("room:1");
        var room = await _socket.JoinAsync("room:1");
        var push = room.Push("push", new { a = 1 });
        await _host.BroadcastAsync("room:1", "news", new { b = 2 });
        await FailsAsync(push.ExpectNoReplyAsync, """Expected no reply to 'push', but the server answered ok {"done":true}.""");
        await push.ExpectReplyAsync();
        var text = await FailsAsync(() => room.ExpectNoPushAsync("pushed"));
        Assert.That(text, Is.EqualTo("""Expected no push of 'pushed', but the client got: push 'pushed' {"a":1}; push 'news' {"b":2}.""").Or.EqualTo("""Expected no push of 'pushed', but the client got: push 'news' {"b":2}; push 'pushed' {"a":1}."""));
        await FailsAsync(() => topic.ExpectNoBroadcastAsync("news"), """Expected no broadcast of 'news' on 'room:1', but the topic got: 'news' {"b":2}.""");
        await FailsAsync(() => topic.ExpectNoBroadcastAsync(), """Expected no broadcast on 'room:1', but the topic got: 'news' {"b":2}.""");
    }

    [Test]
    public async Task A_broadcast_that_did_not_come_lists_what_came_and_what_has_crashed()
    {
        var topic = await _host.SubscribeAsync("room:1");
        var room = await _socket.JoinAsync("room:1");
        await _host.BroadcastAsync("room:1", "news", new { b = 2 });
        room.Push("crash");
        await room.ExpectExitAsync();
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(
            () => topic.ExpectBroadcastAsync("alarm"),
            """Expected a broadcast of 'alarm' on 'room:1' within 0 s, but the topic got: 'news' {"b":2}. The channel 'room:1' threw InvalidOperationException: out of paper""");
    }

    [Test]
    public async Task A_channel_that_goes_on_or_ends_otherwise_is_told()
    {
        var room = await _socket.JoinAsync("room:1");
        var patience = _host.Timeout;
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(room.ExpectExitAsync, "Expected the channel 'room:1' to end within 0 s, but it goes on; the client got nothing more.");
        _host.Timeout = patience;
        await room.LeaveAsync();
        await FailsAsync(() => room.ExpectExitAsync(TerminationReason.Kicked), "Expected the channel 'room:1' to end as Kicked, but it ended as Left. The channel has ended: Left.");
    }

    [Test]
    public async Task A_connection_that_stays_open_or_is_closed_otherwise_is_told()
    {
        var patience = _host.Timeout;
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(() => _socket.ExpectClosedAsync(), "Expected the connection to be closed within 0 s, but it is open; the client got nothing.");
        _host.Timeout = patience;
        var room = await _socket.JoinAsync("room:1");
        await _socket.DropAsync();
        await FailsAsync(() => _socket.ExpectClosedAsync(1001), "Expected the connection to be closed with 1001, but it was closed with 1006 ''.");
        await FailsAsync(() => room.ExpectPushAsync("x"), "Expected a push of 'x', but the client got nothing more. The channel has ended: Closed. The connection was closed with 1006 ''.");
    }

    [Test]
    public async Task A_server_that_does_not_come_to_rest_is_told_with_the_busy_channels()
    {
        using var released = new ManualResetEventSlim();
        var running = new Signal();
        _host.MapChannel<AnySocket>("busy:*", channel => channel.On("block", (_, _, _) =>
        {
            running.Set();
            released.Wait(CancellationToken.None);
            return new(Reply.Ok());
        }));
        var busy = await _socket.JoinAsync("busy:1");
        var push = busy.Push("block");
        await running.WaitAsync();
        var patience = _host.Timeout;
        _host.Timeout = TimeSpan.Zero;
        await FailsAsync(push.ExpectNoReplyAsync, "The server did not come to rest within 0 s: busy are the channels 'busy:1'.");
        _host.Timeout = patience;
        released.Set();
        await push.ExpectReplyAsync();
    }

    static async Task<string> FailsAsync(Func<Task> test, string? text = null)
    {
        var message = (await FailureOfAsync(test)).Message;
        if (text is not null) Assert.That(message, Is.EqualTo(text));
        return message;
    }

    static async Task<ChannelTestException> FailureOfAsync(Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (ChannelTestException e)
        {
            return e;
        }

        throw new AssertionException("the expectation was met");
    }

    sealed record Text(string Value);
}
