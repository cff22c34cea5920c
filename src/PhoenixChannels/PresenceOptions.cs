namespace PhoenixChannels;

/// <summary>Options of one presence.</summary>
public sealed class PresenceOptions
{
    /// <summary>What the nodes know it by: the same on all of them, and another for each presence of the application. Default: the full name of its class.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// How long a leave is held back before it is announced; default zero. When the same key is tracked again meanwhile, as by a client that reconnects, both
    /// go out in one diff, and the key never was without a meta. Lists do not wait.
    /// </summary>
    public TimeSpan LeaveGrace { get; set; }

    /// <summary>How long a key may be, in bytes of UTF-8; default 4,096. Tracking a longer one throws.</summary>
    public int MaxKeyLength { get; set; } = 4_096;

    /// <summary>
    /// How the nodes keep each other informed, and by <see cref="TrackerOptions.DiffWindow"/> how long changes are gathered into one diff: with a short window a
    /// thousand joins in a second are a few diffs. By default each change is a diff, as in Phoenix.
    /// </summary>
    public TrackerOptions Tracker { get; } = new();

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (LeaveGrace < TimeSpan.Zero) throw new ArgumentException($"PresenceOptions.{nameof(LeaveGrace)} must not be negative.");
        if (MaxKeyLength < 1) throw new ArgumentException($"PresenceOptions.{nameof(MaxKeyLength)} must be at least 1 byte.");
    }
}
