using PhoenixChannels.Presences;

namespace PhoenixChannels;

/// <summary>A key that is tracked for an owner without a channel, until the handle is disposed of.</summary>
public sealed class PresenceHandle : IAsyncDisposable
{
    readonly PresenceTracker _tracker;
    readonly PresenceOwner _owner;
    readonly string _topic;
    readonly string _key;

    internal PresenceHandle(PresenceTracker tracker, PresenceOwner owner, string topic, string key)
    {
        _tracker = tracker;
        _owner = owner;
        _topic = topic;
        _key = key;
    }

    /// <summary>Replaces the meta. After the handle's end it is <see cref="UpdateResult.NotTracked"/>.</summary>
    /// <exception cref="ArgumentException">The meta is no JSON object.</exception>
    public ValueTask<UpdateResult> UpdateAsync<TMeta>(TMeta meta, CancellationToken cancellationToken = default) =>
        _tracker.UpdateAsync(_topic, _key, Payload.From(meta), _owner);

    /// <summary>Untracks the key.</summary>
    public ValueTask DisposeAsync()
    {
        _owner.End();
        return default;
    }
}
