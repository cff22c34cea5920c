namespace PhoenixChannels.Presences;

/// <summary>
/// Who tracks: a channel, or the holder of a <see cref="PresenceHandle"/>. Its end untracks all that it tracks; what it would track
/// afterwards, in a race with its end, is not tracked.
/// </summary>
internal sealed class PresenceOwner(Presence presence)
{
    readonly Lock _lock = new();
    bool _hasTracked, _hasEnded;

    public Presence Presence => presence;

    /// <summary>Its number with the tracker.</summary>
    public long Id { get; } = presence.Tracker.CreateOwner();

    /// <summary>Makes a call to the tracker before the owner's end or not at all. False when it has ended.</summary>
    public bool TryCall<T>(Func<Task<T>> call, out Task<T> result)
    {
        lock (_lock)
        {
            _hasTracked = true;
            result = _hasEnded ? Task.FromResult(default(T)!) : call();
            return !_hasEnded;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (_hasEnded) return;
            _hasEnded = true;
            if (_hasTracked) presence.Tracker.UntrackAll(this);
        }
    }
}
