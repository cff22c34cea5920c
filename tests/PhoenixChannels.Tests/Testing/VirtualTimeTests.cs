using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Testing;

public sealed class VirtualTimeTests
{
    [Test]
    public async Task A_delayed_message_comes_when_its_time_has_come()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel
            .OnJoined((context, _) =>
            {
                context.SendAfter("late", TimeSpan.FromMinutes(5));
                return default;
            })
            .OnInfo((context, message, _) =>
            {
                context.Push("info", new { message });
                return default;
            }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        await host.AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        await room.ExpectNoPushAsync();
        await host.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.That((await room.ExpectPushAsync("info")).ToString(), Is.EqualTo("""{"message":"late"}"""));
    }

    [Test]
    public async Task Each_timer_of_a_chain_is_handled_at_its_own_time()
    {
        await using var host = ChannelTestHost.Create();
        var start = host.Time.GetUtcNow();
        host.MapChannel<AnySocket>("clock", channel => channel
            .OnJoined((context, _) =>
            {
                context.SendAfter("tick", TimeSpan.FromMilliseconds(300));
                return default;
            })
            .OnInfo(async (context, _, _) =>
            {
                await Task.Yield();
                context.Push("tick", new { at = (host.Time.GetUtcNow() - start).TotalMilliseconds });
                context.SendAfter("tick", TimeSpan.FromMilliseconds(300));
            }));
        var clock = await (await host.ConnectAsync<AnySocket>()).JoinAsync("clock");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        foreach (var at in (int[])[300, 600, 900]) Assert.That((await clock.ExpectPushAsync("tick")).ToString(), Is.EqualTo($"{{\"at\":{at}}}"));
        await clock.ExpectNoPushAsync();
        Assert.That(host.Time.GetUtcNow() - start, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_join_that_takes_too_long_is_refused()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.OnJoin(async (_, _, cancellationToken) =>
        {
            await new Signal().Task.WaitAsync(cancellationToken);
            return Reply.Ok();
        }));
        host.Timeout = TimeSpan.FromMinutes(1);
        host.MapChannel<AnySocket>("quick", channel => channel.On("ping", (_, _, _) => new(Reply.Ok())));
        var socket = await host.ConnectAsync<AnySocket>();
        var quick = await socket.JoinAsync("quick");
        var joining = socket.TryJoinAsync("room:1");
        await host.AdvanceAsync(TimeSpan.FromSeconds(7));
        await quick.Push("ping").ExpectReplyAsync();
        Assert.That(joining.IsCompleted, Is.False);
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That((await joining).Reason, Is.EqualTo("join timeout"));
    }

    [Test]
    public async Task A_handler_that_awaits_time_has_not_replied_before_it_has_passed()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("slow", async (context, _, cancellationToken) =>
        {
            var time = context.Services.GetRequiredService<TimeProvider>();
            await Task.Delay(TimeSpan.FromSeconds(5), time, cancellationToken);
            await Task.Yield();
            await Task.Delay(TimeSpan.FromSeconds(5), time, cancellationToken);
            return Reply.Ok();
        }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        var push = room.Push("slow");
        await push.ExpectNoReplyAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await push.ExpectNoReplyAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await push.ExpectReplyAsync();
    }

    [Test]
    public async Task A_connection_does_not_end_however_long_its_client_is_silent()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("ping", (_, _, _) => new(Reply.Ok())));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        await host.AdvanceAsync(TimeSpan.FromHours(1));
        await room.Push("ping").ExpectReplyAsync();
    }

    [Test]
    public async Task A_decision_to_let_a_client_in_has_its_time()
    {
        await using var host = ChannelTestHost.Create().MapChannel<PonderingSocket>("room:*", _ => { });
        var connecting = host.TryConnectAsync<PonderingSocket>();
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That((await connecting).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_test_may_move_the_time_by_itself()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel
            .OnJoined((context, _) =>
            {
                context.SendAfter("late", TimeSpan.FromSeconds(10));
                return default;
            })
            .OnInfo((context, message, _) =>
            {
                context.Push("info", new { message });
                return default;
            }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        await host.SettleAsync();
        host.Time.Advance(TimeSpan.FromSeconds(9));
        await room.ExpectNoPushAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        await room.ExpectPushAsync("info");
    }

    [Test]
    public async Task Time_does_not_go_back()
    {
        await using var host = ChannelTestHost.Create();
        await host.AdvanceAsync(TimeSpan.Zero);
        Assert.That(() => host.AdvanceAsync(TimeSpan.FromSeconds(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task The_hosts_time_is_the_one_that_services_get()
    {
        await using var host = ChannelTestHost.Create(services => services.AddSingleton(TimeProvider.System));
        Assert.That(host.Services.GetRequiredService<TimeProvider>(), Is.SameAs(host.Time));
    }

    internal sealed class PonderingSocket : Socket
    {
        protected internal override async ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            await new Signal().Task.WaitAsync(cancellationToken);
            return ConnectResult.Ok;
        }
    }
}
