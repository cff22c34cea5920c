using PhoenixChannels.Benchmarks.Load.Generator;
using StackExchange.Redis;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>PUBLISH and SUBSCRIBE as the driver offers them, in the order in which messages come.</summary>
sealed class BareRedisMessenger(ConnectionMultiplexer connection) : Messenger
{
    public static async Task<BareRedisMessenger> StartAsync(string connectionString) => new(await ConnectionMultiplexer.ConnectAsync(connectionString));

    public override async Task SubscribeAsync(string topic, Action<long> arrived)
    {
        var queue = await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(topic));
        queue.OnMessage(message => arrived(Clock.Now - Stamp.Parse(message.Message!).SentAt));
    }

    public override async Task<int> SendAsync(string topic)
    {
        await connection.GetSubscriber().PublishAsync(RedisChannel.Literal(topic), Stamp.Create().ToJson());
        return 1;
    }

    public override ValueTask DisposeAsync() => connection.DisposeAsync();
}
