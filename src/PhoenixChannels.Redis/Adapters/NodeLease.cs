using System.Security.Cryptography;
using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>Keeps a node's name to itself: a key with its name that lasts for a while unless it is renewed. No scripts, which not every server has.</summary>
internal sealed class NodeLease(RedisNames names, TimeSpan length, TimeProvider time)
{
    /// <summary>So often per lease somebody else's is looked at.</summary>
    const int Looks = 20;

    readonly RedisValue _token = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Takes the name, or keeps it; false when somebody else has it.</summary>
    public async Task<bool> HoldAsync(IDatabase redis)
    {
        if (await redis.StringSetAsync(names.Lease, _token, length, when: When.NotExists).ConfigureAwait(false)) return true;
        if (await redis.StringGetAsync(names.Lease).ConfigureAwait(false) != _token) return false;
        await redis.KeyExpireAsync(names.Lease, length).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes the name. Of a node that was killed it becomes free after a while; one that lives renews its lease.</summary>
    /// <exception cref="InvalidOperationException">Another node lives by that name.</exception>
    public async Task TakeAsync(IDatabase redis, CancellationToken cancellationToken)
    {
        var holder = await redis.StringGetAsync(names.Lease).ConfigureAwait(false);
        var start = time.GetTimestamp();
        var left = TimeSpan.MaxValue;
        while (!await HoldAsync(redis).ConfigureAwait(false))
        {
            var leftNow = await redis.KeyTimeToLiveAsync(names.Lease).ConfigureAwait(false) ?? TimeSpan.Zero;
            var isRenewed = leftNow > left || await redis.StringGetAsync(names.Lease).ConfigureAwait(false) is { IsNull: false } now && now != holder;
            if (isRenewed || time.GetElapsedTime(start) > 2 * length)
                throw new InvalidOperationException($"A node named '{names.NodeName}' has been started already: give every node a name of its own (RedisPubSubOptions.NodeName), and every application a namespace.");
            left = leftNow;
            await Task.Delay(length / Looks, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets others have the name.</summary>
    public async Task FreeAsync(IDatabase redis)
    {
        if (await redis.StringGetAsync(names.Lease).ConfigureAwait(false) == _token) await redis.KeyDeleteAsync(names.Lease).ConfigureAwait(false);
    }
}
