using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Testing;

/// <summary>What is expected not to come is looked for only when everything sent has been handled, and what that has led to.</summary>
public sealed class FenceTests
{
    const int Steps = 300;

    [Test]
    public async Task Messages_that_a_channel_sends_itself_are_waited_for()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel
            .On("start", (context, _, _) =>
            {
                context.Send(Steps);
                return new(Reply.None);
            })
            .OnInfo((context, message, _) =>
            {
                if (message is int and > 0 and var left) context.Send(left - 1);
                else context.Push("done", new { });
                return default;
            }));
        host.MapChannel<AnySocket>("other", _ => { });
        var socket = await host.ConnectAsync<AnySocket>();
        var (room, other) = (await socket.JoinAsync("room:1"), await socket.JoinAsync("other"));
        room.Push("start");
        await other.ExpectNoPushAsync();
        Assert.That(() => room.ExpectNoPushAsync("done"), Throws.TypeOf<ChannelTestException>());
    }

    [Test]
    public async Task Broadcasts_that_go_from_channel_to_channel_are_waited_for()
    {
        await using var host = ChannelTestHost.Create().MapChannel<PingSocket>("room:*", channel => channel
            .On("start", async (context, _, cancellationToken) =>
            {
                await context.BroadcastFromAsync("ping", new Ping(Steps), cancellationToken);
                return Reply.None;
            })
            .Intercept<Ping>("ping", (context, ping) =>
            {
                if (ping.Left > 0) _ = context.BroadcastFromAsync("ping", new Ping(ping.Left - 1)).AsTask();
                else context.Push("done", ping);
            }));
        var ann = await (await host.ConnectAsync<PingSocket>()).JoinAsync("room:1");
        var bob = await (await host.ConnectAsync<PingSocket>()).JoinAsync("room:1");
        ann.Push("start");
        await ann.ExpectNoPushAsync("done");
        Assert.That(() => bob.ExpectNoPushAsync("done"), Throws.TypeOf<ChannelTestException>());
    }

    [Test]
    public async Task Handlers_that_go_from_thread_to_thread_are_waited_for()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("start", async (context, _, _) =>
        {
            for (var i = 0; i < Steps; i++) await Task.Yield();
            return Reply.Ok();
        }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        var push = room.Push("start");
        Assert.That(push.ExpectNoReplyAsync, Throws.TypeOf<ChannelTestException>());
    }

    [Test]
    public async Task Presence_is_waited_for()
    {
        await using var host = ChannelTestHost.Create(services => services.AddPhoenixChannels().AddPresence<HerePresence>()).MapChannel<AnySocket>("room:*", channel => channel
            .OnJoined(async (context, cancellationToken) =>
            {
                var presence = context.Services.GetRequiredService<HerePresence>();
                await presence.TrackAsync(context.Topic, "somebody", new { }, cancellationToken);
            }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        Assert.That(() => room.ExpectNoPushAsync("presence_diff"), Throws.TypeOf<ChannelTestException>());
    }

    [Test]
    public async Task A_handler_that_awaits_a_signal_of_the_test_is_not_waited_for()
    {
        var (running, signal) = (new Signal(), new Signal());
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("wait", async (_, _, _) =>
        {
            running.Set();
            await signal.Task;
            return Reply.Ok();
        }));
        host.Timeout = TimeSpan.FromDays(1);
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        var push = room.Push("wait");
        await running.WaitAsync();
        await push.ExpectNoReplyAsync();
        signal.Set();
        await push.ExpectReplyAsync();
    }

    [Test]
    public async Task Settling_lets_a_test_look_at_what_a_handler_without_an_answer_has_done()
    {
        var handled = 0;
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("count", async (_, _, _) =>
        {
            await Task.Yield();
            handled++;
            return Reply.None;
        }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        for (var i = 0; i < Steps; i++) room.Push("count");
        await host.SettleAsync();
        Assert.That(handled, Is.EqualTo(Steps));
    }

    [Test]
    public async Task What_has_been_expected_is_not_unexpected_afterwards()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", _ => { });
        var topic = await host.SubscribeAsync("room:1");
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        await host.BroadcastAsync("room:1", "news");
        await room.ExpectPushAsync("news");
        await topic.ExpectBroadcastAsync("news");
        await room.ExpectNoPushAsync("news");
        await topic.ExpectNoBroadcastAsync("news");
        topic.Dispose();
        await host.BroadcastAsync("room:1", "news");
        await topic.ExpectNoBroadcastAsync();
    }

    [Test]
    public async Task Nothing_comes_of_a_crash_but_that_is_no_success_until_the_test_has_seen_it()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.OnInfo((_, _, _) => throw new InvalidOperationException("out of paper")));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        room.Send("crash");
        Assert.That(
            () => room.ExpectNoPushAsync("x"),
            Throws.TypeOf<ChannelTestException>().With.Message.EqualTo("Expected no push of 'x' from a channel that goes on, but it has ended. The channel crashed: InvalidOperationException: out of paper"));
        await room.ExpectExitAsync(TerminationReason.Crashed);
        await room.ExpectNoPushAsync("x");
    }

    internal sealed class PingSocket : Socket;

    internal sealed class HerePresence : Presence;

    sealed record Ping(int Left);
}
