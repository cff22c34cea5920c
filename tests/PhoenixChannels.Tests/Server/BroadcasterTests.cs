using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

public class BroadcasterTests
{
    [Test]
    public async Task A_minimal_API_a_controller_and_a_hosted_service_reach_a_topic()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("room:*", _ => { }),
            configure: builder =>
            {
                builder.Services.AddControllers().AddApplicationPart(typeof(NoticesController).Assembly);
                builder.Services.AddSingleton<Ticker>().AddHostedService(services => services.GetRequiredService<Ticker>());
            },
            mapMore: app =>
            {
                app.MapPost("/notices", (IBroadcaster channels) => channels.BroadcastAsync("room:a", "notice", new { from = "minimal API" }).AsTask());
                app.MapControllers();
            });
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await HttpExchange.RunAsync(server.EndPoint, new("POST", "/notices"));
        await client.ExpectAsync("""[null,null,"room:a","notice",{"from":"minimal API"}]""");
        await HttpExchange.RunAsync(server.EndPoint, new("POST", "/controller/notices"));
        await client.ExpectAsync("""[null,null,"room:a","notice",{"from":"controller"}]""");
        await server.Services.GetRequiredService<Ticker>().TickAsync();
        await client.ExpectAsync("""[null,null,"room:a","notice",{"from":"hosted service"}]""");
    }

    [Test]
    public async Task DisconnectAsync_closes_every_socket_of_the_id_with_1001_and_no_other()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var first = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await using var second = await server.ConnectAsync("vsn=1.0.0&user=ann");
        await using var bob = await server.ConnectAsync("vsn=2.0.0&user=bob");
        await using var anonymous = await server.ConnectAsync();
        await first.JoinAsync("room:a");
        await server.Broadcaster.DisconnectAsync("user:ann");
        await first.ExpectClosedAsync(1001);
        await second.ExpectClosedAsync(1001);
        await bob.ExpectNothingElseAsync();
        await anonymous.ExpectNothingElseAsync();
        await server.CountsAsync("phoenixchannels.sockets", 2);
    }

    [Test]
    public async Task Other_events_on_a_sockets_id_are_ignored()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await server.Broadcaster.BroadcastAsync("user:ann", "other", new { });
        await server.Broadcaster.BroadcastAsync("user:ann", "phx_kick", new { topic = 5 });
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task KickAsync_ends_one_topic_and_what_waited_for_it()
    {
        var (release, running) = (new Signal(), new Signal());
        var handled = 0;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (channel, message, ct) =>
            {
                Interlocked.Increment(ref handled);
                running.Set();
                await release.Task;
                channel.Push("late", new { });
                return Reply.Ok();
            },
        });
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await client.JoinAsync("room:a");
        await client.JoinAsync("room:b", "2");
        client.Send("""["1","3","room:a","wait",{}]""", """["1","4","room:a","wait",{}]""");
        await running.WaitAsync();
        await client.ExpectNothingElseAsync();
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        await client.ExpectAsync("""["1","1","room:a","phx_close",{}]""");
        release.Set();
        await server.CountsAsync("phoenixchannels.channels", 1);
        client.Send("""["1","5","room:a","echo",{}]""");
        await client.ExpectAsync("""[null,"5","room:a","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        Assert.That(handled, Is.EqualTo(1));
    }

    [Test]
    public async Task A_broadcast_that_is_no_object_is_refused_at_the_caller()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        Assert.That(async () => await server.Broadcaster.BroadcastAsync("room:a", "e", 5), Throws.ArgumentException);
    }

    sealed class Ticker(IBroadcaster channels) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask TickAsync() => channels.BroadcastAsync("room:a", "notice", new { from = "hosted service" });
    }
}
