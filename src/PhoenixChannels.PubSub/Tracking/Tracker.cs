using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PhoenixChannels.Mailboxes;
using PhoenixChannels.Serializers;
using PhoenixChannels.Tracking;

namespace PhoenixChannels;

/// <summary>
/// Knows what is tracked in which topic on all nodes that <see cref="PubSub"/> connects, and tells a handler what changes.
/// The counterpart of <see href="https://hexdocs.pm/phoenix_pubsub/Phoenix.Tracker.html">Phoenix.Tracker</see>; needs no web server.
/// </summary>
/// <remarks>
/// <para>
/// Every node has all entries, its own and copies of the others', and after any cut, loss or restart they become the same again
/// without a coordinator. What a node tracks is visible there at once and elsewhere within <see cref="TrackerOptions.BroadcastPeriod"/>.
/// </para>
/// <para>
/// Calls take effect in the order in which one thread makes them (for one topic: or one that happens after another), whether or not
/// their tasks are awaited: an untrack whose call has returned is done before a track that is called afterwards. A task completes when the change is made and the handler has been told.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// sealed class Log : ITrackerHandler
/// {
///     public void HandleDiff(IReadOnlyList&lt;TopicDiff&gt; diff)
///     {
///         foreach (var topic in diff)
///             foreach (var entry in topic.Joins) Console.WriteLine($"{entry.Key} has come to {topic.Topic}");
///     }
/// }
///
/// var tracker = new Tracker(pubSub, "workers", new Log());
/// await tracker.StartAsync();
/// var owner = tracker.CreateOwner();
/// await tracker.TrackAsync("jobs", "worker-7", owner, "{\"since\":1}"u8.ToArray());
/// var workers = await tracker.ListAsync("jobs");
/// await tracker.UntrackAsync(owner);
/// </code>
/// </example>
public sealed class Tracker
{
    readonly TrackerShard[] _shards;
    long _lastOwner;

    /// <summary>A tracker that hears of other nodes once it is started.</summary>
    /// <param name="pubSub">Connects it to the trackers of the same name on other nodes.</param>
    /// <param name="name">Tells it from other trackers on the same <see cref="PubSub"/>.</param>
    /// <param name="handler">Is told what changes.</param>
    /// <param name="options">The defaults are Phoenix's.</param>
    /// <param name="timeProvider">By default the system's.</param>
    /// <param name="logger">By default none.</param>
    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    /// <exception cref="ArgumentException">The name is too long.</exception>
    public Tracker(PubSub pubSub, string name, ITrackerHandler handler, TrackerOptions? options = null, TimeProvider? timeProvider = null, ILogger<Tracker>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(pubSub);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new();
        options.Validate();
        var time = timeProvider ?? TimeProvider.System;
        var replica = new ReplicaId(pubSub.NodeName, FirstIncarnation(time));
        _shards = new TrackerShard[options.PoolSize];
        for (var i = 0; i < _shards.Length; i++)
        {
            // With the number of shards in it: trackers that spread their topics differently would misunderstand each other.
            var topic = $"phx_tracker:{name}:{i}/{_shards.Length}";
            if (Encoding.UTF8.GetByteCount(topic) > BinaryFormat.MaxFieldLength) throw new ArgumentException("The name of a tracker may have about 230 bytes.", nameof(name));
            _shards[i] = new(pubSub, topic, replica, handler, options, time, logger ?? NullLogger<Tracker>.Instance);
        }
    }

    internal IEnumerable<Mailbox> Mailboxes => _shards;

    /// <summary>Begins to exchange entries with other nodes. <see cref="PubSub"/> should be connected by then.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        foreach (var shard in _shards) shard.Start();
        return Task.CompletedTask;
    }

    /// <summary>Ends the exchange; with <see cref="TrackerOptions.PermdownOnShutdown"/> the other nodes forget this one at once. To be called before <see cref="PubSub"/> is disconnected.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        var stopping = new Task[_shards.Length];
        for (var i = 0; i < stopping.Length; i++) stopping[i] = _shards[i].StopAsync();
        return Task.WhenAll(stopping).WaitAsync(cancellationToken);
    }

    /// <summary>A number for something that tracks, such as a channel or a connection: all it tracks can be untracked at once.</summary>
    public long CreateOwner() => Interlocked.Increment(ref _lastOwner);

    /// <summary>Tracks a key in a topic. An owner tracks a key once in a topic; other owners may track the same key there.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key, such as a user's id.</param>
    /// <param name="owner">From <see cref="CreateOwner"/>.</param>
    /// <param name="meta">What there is to say of it, encoded. Not copied: must not be changed afterwards.</param>
    public Task<TrackResult> TrackAsync(string topic, string key, long owner, ReadOnlyMemory<byte> meta)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ShardOf(topic).CallAsync(new ShardCalls.Track(topic, key, owner, ToArray(meta)));
    }

    /// <summary>Replaces the meta of what an owner tracks: the leave of the old and the join of the new in one diff.</summary>
    /// <inheritdoc cref="TrackAsync"/>
    public Task<UpdateResult> UpdateAsync(string topic, string key, long owner, ReadOnlyMemory<byte> meta) => UpdateAsync(topic, key, owner, _ => meta);

    /// <summary>Replaces the meta of what an owner tracks by one that is made of it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="change">Makes the new meta of the old. Runs on the tracker's own turn: it has to be quick. What it throws, the call throws, and nothing has changed.</param>
    public Task<UpdateResult> UpdateAsync(string topic, string key, long owner, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(change);
        return ShardOf(topic).CallAsync(new ShardCalls.Update(topic, key, owner, change));
    }

    /// <summary>Ends the tracking of a key. False when the owner did not track it.</summary>
    public Task<bool> UntrackAsync(string topic, string key, long owner)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ShardOf(topic).CallAsync(new ShardCalls.Untrack(topic, key, owner));
    }

    /// <summary>Ends all that an owner tracks in a topic, as one diff.</summary>
    /// <returns>How many keys.</returns>
    public Task<int> UntrackAsync(long owner, string topic) => ShardOf(topic).CallAsync(new ShardCalls.UntrackOwner(owner, topic));

    /// <summary>Ends all that an owner tracks in all topics, as one diff per topic.</summary>
    /// <returns>How many keys.</returns>
    public Task<int> UntrackAsync(long owner)
    {
        if (_shards.Length == 1) return _shards[0].CallAsync(new ShardCalls.UntrackOwner(owner, null));
        var calls = new Task<int>[_shards.Length];
        for (var i = 0; i < calls.Length; i++) calls[i] = _shards[i].CallAsync(new ShardCalls.UntrackOwner(owner, null));
        return SumAsync(calls);
    }

    /// <summary>All entries of a topic on all nodes that are up, as they are at one moment. Those of one key stand together, the oldest first.</summary>
    public Task<IReadOnlyList<TrackedEntry>> ListAsync(string topic) => ShardOf(topic).CallAsync(new ShardCalls.List(topic, null));

    /// <summary>The entries of one key of a topic, the oldest first.</summary>
    public Task<IReadOnlyList<TrackedEntry>> GetByKeyAsync(string topic, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ShardOf(topic).CallAsync(new ShardCalls.List(topic, key));
    }

    /// <summary>How many entries a topic has; as <see cref="ListAsync"/>, without the list.</summary>
    public Task<int> CountAsync(string topic) => ShardOf(topic).CallAsync(new ShardCalls.Count(topic));

    /// <summary>The array itself where the memory is all of one.</summary>
    internal static byte[] ToArray(ReadOnlyMemory<byte> meta) =>
        MemoryMarshal.TryGetArray(meta, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : meta.ToArray();

    /// <summary>
    /// Later starts get higher numbers, as long as the clock is right. Where it was set back, the other nodes say so, and the node
    /// takes a number above the one they know.
    /// </summary>
    static ulong FirstIncarnation(TimeProvider time) => ((ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << 16) | (uint)Random.Shared.Next(1 << 16);

    static async Task<int> SumAsync(Task<int>[] calls)
    {
        var sum = 0;
        foreach (var count in await Task.WhenAll(calls).ConfigureAwait(false)) sum += count;
        return sum;
    }

    TrackerShard ShardOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _shards.Length == 1 ? _shards[0] : _shards[StableHash.Of(topic) % (uint)_shards.Length];
    }
}
