namespace PhoenixChannels;

/// <summary>The outcome of <see cref="Tracker.TrackAsync"/>.</summary>
public enum TrackResult
{
    /// <summary>It is tracked.</summary>
    Tracked,

    /// <summary>The owner tracks this key in this topic already; nothing has changed.</summary>
    AlreadyTracked,
}
