using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>Where connections to Redis come from.</summary>
/// <param name="connect">Connects, or fails when it cannot.</param>
/// <param name="isOwned">Whether each connection is the adapter's alone, to be closed when it is lost; otherwise it is the application's, and finds its server again by itself.</param>
/// <param name="where">Which Redis it is, for people.</param>
internal sealed class RedisSource(Func<Task<IConnectionMultiplexer>> connect, bool isOwned, string where)
{
    public string Where => where;

    public bool IsOwned => isOwned;

    public Task<IConnectionMultiplexer> ConnectAsync() => connect();

    /// <summary>A new connection each time: what one that was lost had half done does not matter then, and the subscriptions of the new one are acknowledged before it is used.</summary>
    public static RedisSource Of(ConfigurationOptions configuration, RedisPubSubOptions options)
    {
        var own = configuration.Clone();
        own.AbortOnConnectFail = true;                              // the adapter tries again
        own.ConnectRetry = 1;
        own.BacklogPolicy = BacklogPolicy.FailFast;                 // no broadcast waits for a connection
        own.AsyncTimeout = (int)options.PublishTimeout.TotalMilliseconds;
        own.IncludeDetailInExceptions = false;
        return new(async () => await ConnectionMultiplexer.ConnectAsync(own).ConfigureAwait(false), isOwned: true, $"Redis at {string.Join(", ", own.EndPoints.Select(EndPointCollection.ToString))}");
    }

    /// <summary>The application's own.</summary>
    public static RedisSource Of(Func<IConnectionMultiplexer> get) => new(() => Task.FromResult(get()), isOwned: false, "The application's Redis");
}
