using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Servers;

[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisServerTests(RedisKind kind)
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    static readonly RedisChannel s_channel = RedisChannel.Literal("channel");

    [Test]
    public async Task A_message_reaches_its_subscribers()
    {
        await using var server = await RedisServer.StartAsync(kind);
        await using var redis = await ConnectAsync(server);
        var received = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(s_channel, (_, message) => received.TrySetResult(message));
        await redis.GetSubscriber().PublishAsync(s_channel, "hello");
        Assert.That(await received.Task.WaitAsync(s_patience), Is.EqualTo("hello"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_server_that_was_killed_or_stopped_can_be_started_again(bool killed)
    {
        await using var server = await RedisServer.StartAsync(kind);
        await using (var redis = await ConnectAsync(server))
        {
            await redis.GetDatabase().PingAsync();
            await (killed ? server.KillAsync() : server.StopAsync());
        }

        await Assert.ThatAsync(() => ConnectAsync(server, "connectTimeout=1000"), Throws.InstanceOf<RedisConnectionException>());
        await server.StartAgainAsync();
        await using var again = await ConnectAsync(server);
        Assert.That(await again.GetDatabase().PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task A_paused_server_answers_nobody_until_it_is_resumed()
    {
        await using var server = await RedisServer.StartAsync(kind);
        await using var redis = await ConnectAsync(server, "asyncTimeout=60000");
        server.Pause();
        var answer = redis.GetDatabase().PingAsync();
        await Assert.ThatAsync(() => ConnectAsync(server, "connectTimeout=1000"), Throws.InstanceOf<RedisConnectionException>());
        Assert.That(answer.IsCompleted, Is.False);
        server.Resume();
        Assert.That(await answer.WaitAsync(s_patience), Is.GreaterThan(TimeSpan.Zero));
    }

    static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer server, string options = "") =>
        await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},connectRetry=1,connectTimeout=60000,{options}");
}
