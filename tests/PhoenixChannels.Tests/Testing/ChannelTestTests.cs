using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;

namespace PhoenixChannels.Tests.Testing;

/// <summary>The cases of <see href="https://github.com/phoenixframework/phoenix/blob/main/test/phoenix/test/channel_test.exs">channel_test.exs</see>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChannelTestTests
{
    readonly FooChannel.Log _log = new();
    ChannelTestHost _host = null!;
    TestSocket<AnySocket> _socket = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _host = ChannelTestHost.Create(services => services.AddSingleton(_log)).MapChannel<FooChannel>("foo:*");
        _socket = await _host.ConnectAsync<AnySocket>();
    }

    [TearDown]
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Test]
    public async Task A_join_that_is_accepted_gives_the_channel()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        Assert.That((channel.Topic, channel.JoinReply.ToString(), channel.Socket), Is.EqualTo(("foo:ok", "ok {}", (TestSocket)_socket)));
        Assert.That((_socket.Socket.Transport, ((TestSocket)_socket).Socket), Is.EqualTo(("websocket", (Socket)_socket.Socket)));
    }

    [Test]
    public async Task A_join_that_is_refused_gives_the_reason()
    {
        var reply = await _socket.TryJoinAsync("foo:error", new { error = "mybad" });
        Assert.That((reply.Status, reply.Reason, reply.Payload.ToString()), Is.EqualTo(("error", "mybad", """{"reason":"mybad"}""")));
    }

    [Test]
    public async Task A_join_that_crashes_is_answered() =>
        Assert.That((await _socket.TryJoinAsync("foo:crash")).ToString(), Is.EqualTo("""error {"reason":"join crashed"}"""));

    [Test]
    public async Task A_join_of_a_topic_without_a_channel_is_answered() =>
        Assert.That((await _socket.TryJoinAsync("bar")).Reason, Is.EqualTo("unmatched topic"));

    [Test]
    public async Task What_the_channel_pushes_is_received()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        channel.Push("noreply", new { req = "foo" });
        Assert.That((await channel.ExpectPushAsync<Answer>("noreply")).Resp, Is.EqualTo("foo"));
    }

    [Test]
    public async Task What_the_channel_replies_is_received()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        Assert.That((await channel.Push("reply").ExpectReplyAsync()).ToString(), Is.EqualTo("ok {}"));
        Assert.That((await channel.Push("reply", new { req = "foo" }).ExpectReplyAsync<Answer>()).Resp, Is.EqualTo("foo"));
    }

    [Test]
    public async Task A_channel_that_stops_has_ended_and_its_topic_is_unmatched()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        channel.Push("stop");
        await channel.ExpectExitAsync(TerminationReason.Stopped);
        Assert.That(_log.Terminated, Is.EqualTo(new[] { TerminationReason.Stopped }));
        Assert.That((await channel.Push("stop").ExpectReplyAsync("error")).Reason, Is.EqualTo("unmatched topic"));
    }

    [Test]
    public async Task A_channel_that_stops_may_reply_first()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        await channel.Push("stop_and_reply").ExpectReplyAsync();
        await channel.ExpectExitAsync(TerminationReason.Stopped);
        channel = await _socket.JoinAsync("foo:ok");
        Assert.That((await channel.Push("stop_and_reply", new { req = "foo" }).ExpectReplyAsync<Answer>()).Resp, Is.EqualTo("foo"));
        await channel.ExpectExitAsync(TerminationReason.Stopped);
        Assert.That(_log.Terminated, Is.EqualTo(new[] { TerminationReason.Stopped, TerminationReason.Stopped }));
    }

    [Test]
    public async Task What_the_channel_broadcasts_is_seen_on_its_topic_and_not_by_itself()
    {
        var topic = await _host.SubscribeAsync("foo:ok");
        var channel = await _socket.JoinAsync("foo:ok");
        channel.Push("broadcast", new { foo = "bar" });
        Assert.That((await topic.ExpectBroadcastAsync("broadcast")).ToString(), Is.EqualTo("""{"foo":"bar"}"""));
        await channel.ExpectNoPushAsync();
    }

    [Test]
    public async Task A_broadcast_reaches_the_client_by_itself_but_not_the_one_that_it_is_from()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        var other = await (await _host.ConnectAsync<AnySocket>()).JoinAsync("foo:ok");
        await channel.BroadcastFromAsync("default", new { foo = "bar" });
        Assert.That((await other.ExpectPushAsync("default")).ToString(), Is.EqualTo("""{"foo":"bar"}"""));
        await channel.ExpectNoPushAsync("default");
        await channel.BroadcastAsync("default", new { foo = "both" });
        await _host.BroadcastAsync("foo:ok", "outside");
        foreach (var each in (TestChannel[])[channel, other])
        {
            Assert.That((await each.ExpectPushAsync("default")).ToString(), Is.EqualTo("""{"foo":"both"}"""));
            Assert.That((await each.ExpectPushAsync("outside")).ToString(), Is.EqualTo("{}"));
        }
    }

    [Test]
    public async Task A_broadcast_that_is_intercepted_may_stop_the_channel()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        await channel.BroadcastAsync("stop", new { foo = "bar" });
        await channel.ExpectExitAsync(TerminationReason.Stopped);
    }

    [Test]
    public async Task Messages_to_the_channel_are_handled()
    {
        var topic = await _host.SubscribeAsync("foo:ok");
        var channel = await _socket.JoinAsync("foo:ok");
        channel.Send("push");
        Assert.That((await channel.ExpectPushAsync<Reason>("info")).Text, Is.EqualTo("push"));
        channel.Send("broadcast");
        Assert.That((await topic.ExpectBroadcastAsync<Reason>("info")).Text, Is.EqualTo("broadcast"));
        channel.Send("stop");
        await channel.ExpectExitAsync(TerminationReason.Stopped);
    }

    [Test]
    public async Task A_client_leaves_and_may_do_so_again()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        await channel.LeaveAsync();
        Assert.That((await channel.ExpectExitAsync(), _log.Terminated), Is.EqualTo((new Termination(TerminationReason.Left), new[] { TerminationReason.Left })));
        await channel.LeaveAsync();
    }

    [Test]
    public async Task A_client_closes_its_connection_and_may_do_so_again()
    {
        var channel = await _socket.JoinAsync("foo:ok");
        await _socket.CloseAsync();
        await channel.ExpectExitAsync(TerminationReason.Closed);
        Assert.That(await _socket.ExpectClosedAsync(), Is.EqualTo(new SocketClose(1000, "")));
        await _socket.CloseAsync();
        Assert.That(_log.Terminated, Is.EqualTo(new[] { TerminationReason.Closed }));
    }

    [Test]
    public async Task A_channel_that_takes_too_long_to_end_is_told_by_its_token()
    {
        _host.Timeout = TimeSpan.FromMinutes(1);
        var channel = await _socket.JoinAsync("foo:timeout");
        var closing = _socket.CloseAsync();
        await _host.AdvanceAsync(TimeSpan.FromSeconds(4.9));
        Assert.That(closing.IsCompleted, Is.False);
        await _host.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        await closing;
        await channel.ExpectExitAsync(TerminationReason.Closed);
    }

    sealed record Answer(string Resp);

    sealed record Reason([property: System.Text.Json.Serialization.JsonPropertyName("reason")] string Text);
}
