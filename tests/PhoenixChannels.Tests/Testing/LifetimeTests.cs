using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Testing;

public sealed class LifetimeTests
{
    [Test]
    public async Task A_second_join_of_a_topic_replaces_the_first()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", _ => { });
        var socket = await host.ConnectAsync<AnySocket>();
        var (first, second) = (await socket.JoinAsync("room:1"), await socket.JoinAsync("room:1"));
        await first.ExpectExitAsync(TerminationReason.DuplicateJoin);
        await host.BroadcastAsync("room:1", "news");
        await second.ExpectPushAsync("news");
        await first.ExpectNoPushAsync();
    }

    [Test]
    public async Task Clients_are_disconnected_and_kicked_from_outside()
    {
        await using var host = ChannelTestHost.Create().MapChannel<NamedSocket>("room:*", _ => { });
        var broadcaster = host.Services.GetRequiredService<IBroadcaster>();
        var (ann, bob) = (await host.ConnectAsync<NamedSocket>(new { id = "ann" }), await host.ConnectAsync<NamedSocket>(new { id = "bob" }));
        var (one, two, bobs) = (await ann.JoinAsync("room:1"), await ann.JoinAsync("room:2"), await bob.JoinAsync("room:1"));
        await broadcaster.KickAsync("ann", "room:1");
        await one.ExpectExitAsync(TerminationReason.Kicked);
        await broadcaster.DisconnectAsync("ann");
        Assert.That(await ann.ExpectClosedAsync(1001), Is.EqualTo(new SocketClose(1001, "")));
        await two.ExpectExitAsync(TerminationReason.Closed);
        Assert.That(ann.Socket.Close, Is.EqualTo(new SocketClose(1001, "")));
        await host.BroadcastAsync("room:1", "news");
        await bobs.ExpectPushAsync("news");
    }

    [Test]
    public async Task A_client_that_is_lost_has_ended_with_all_its_channels()
    {
        await using var host = ChannelTestHost.Create().MapChannel<NamedSocket>("room:*", _ => { });
        var socket = await host.ConnectAsync<NamedSocket>();
        var room = await socket.JoinAsync("room:1");
        await socket.DropAsync();
        await room.ExpectExitAsync(TerminationReason.Closed);
        Assert.That((await socket.ExpectClosedAsync(), socket.Socket.Close), Is.EqualTo((new SocketClose(1006, ""), new SocketClose(1006, ""))));
    }

    [Test]
    public async Task A_malformed_push_closes_the_connection()
    {
        await using var host = ChannelTestHost.Create();
        host.MapSocket<AnySocket>(options => options.MaxJsonDepth = 2).MapChannel("room:*", _ => { });
        var socket = await host.ConnectAsync<AnySocket>();
        socket.Push("room:1", "deep", new { a = new { b = new { c = 1 } } });
        await socket.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task A_host_that_stops_drains_its_clients()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", _ => { });
        var socket = await host.ConnectAsync<AnySocket>();
        var room = await socket.JoinAsync("room:1");
        await host.StopAsync();
        await room.ExpectExitAsync(TerminationReason.Draining);
        await socket.ExpectClosedAsync(1012);
        Assert.That((await host.TryConnectAsync<AnySocket>()).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_test_ends_although_a_handler_still_awaits_something()
    {
        var (running, cancelled) = (new Signal(), false);
        var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("wait", async (_, _, cancellationToken) =>
        {
            running.Set();
            try
            {
                await new Signal().Task.WaitAsync(cancellationToken);
            }
            finally
            {
                cancelled = true;
            }

            return Reply.Ok();
        }));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        room.Push("wait");
        await running.WaitAsync();
        await host.DisposeAsync();
        Assert.That(cancelled, Is.True);
    }

    [Test]
    public async Task A_host_that_nobody_has_used_is_disposed_of()
    {
        var host = ChannelTestHost.Create();
        await host.DisposeAsync();
        Assert.That(() => host.Services.GetService<PubSub>(), Throws.TypeOf<ObjectDisposedException>());
    }

    internal sealed class NamedSocket : Socket
    {
        public SocketClose? Close { get; private set; }

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Id = info.Params.GetValueOrDefault("id");
            return new(ConnectResult.Ok);
        }

        protected internal override ValueTask ClosedAsync(SocketClose close)
        {
            Close = close;
            return default;
        }
    }
}
