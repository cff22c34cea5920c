namespace PhoenixChannels;

/// <summary>How a <see cref="Tracker"/> sees another node.</summary>
public enum ReplicaStatus
{
    /// <summary>It gives signs of life.</summary>
    Up,

    /// <summary>It has been silent for <see cref="TrackerOptions.DownPeriod"/>: its entries are hidden, and come back if it does.</summary>
    Down,

    /// <summary>It has left, was replaced by a later start, or has been silent for <see cref="TrackerOptions.PermdownPeriod"/>: its entries are forgotten.</summary>
    PermanentlyDown,
}
