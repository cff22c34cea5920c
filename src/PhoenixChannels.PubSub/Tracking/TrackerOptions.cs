namespace PhoenixChannels;

/// <summary>Options of a <see cref="Tracker"/>: those of Phoenix.Tracker, with its defaults. They should be the same on all nodes; <see cref="PoolSize"/> has to be.</summary>
public sealed class TrackerOptions
{
    /// <summary>How many shards share the topics; default 1. Trackers with another number do not see each other.</summary>
    public int PoolSize { get; set; } = 1;

    /// <summary>How often changes are sent to the other nodes; default 1,500 ms.</summary>
    public TimeSpan BroadcastPeriod { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>
    /// Within how many periods without a change a sign of life is sent; default 10. It is sent one period before that, so that two of
    /// them fit into <see cref="DownPeriod"/> and the loss of one shows nobody as gone.
    /// </summary>
    public int MaxSilentPeriods { get; set; } = 10;

    /// <summary>
    /// After how long without a sign of life a node's entries are hidden; by default twice <see cref="BroadcastPeriod"/> times
    /// <see cref="MaxSilentPeriods"/>, which is 30 s.
    /// </summary>
    public TimeSpan? DownPeriod { get; set; }

    /// <summary>After how long without a sign of life a node is forgotten; default 20 minutes.</summary>
    public TimeSpan PermdownPeriod { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>For how many periods the clocks of other nodes are gathered before what is missing is asked for; default 2.</summary>
    public int ClockSamplePeriods { get; set; } = 2;

    /// <summary>Sizes of the kept ranges of recent changes, ascending; who has missed more is sent the whole state. Default 100, 1,000 and 10,000.</summary>
    public IReadOnlyList<int> MaxDeltaSizes { get; set; } = [100, 1000, 10_000];

    /// <summary>
    /// Whether the other nodes drop this one's entries at once when it stops in good order. By default false: they stay until
    /// <see cref="DownPeriod"/> is over, so that clients that come back elsewhere are not seen to leave.
    /// </summary>
    public bool PermdownOnShutdown { get; set; }

    /// <summary>
    /// For how long changes are gathered before the handler is told of them, with what came and went meanwhile left out. By default
    /// zero: every change is reported by itself, as in Phoenix.
    /// </summary>
    public TimeSpan DiffWindow { get; set; }

    /// <summary>About how large a message to other nodes may get before it is cut into several.</summary>
    internal int MaxMessageBytes { get; set; } = 256 * 1024;

    internal TimeSpan EffectiveDownPeriod => DownPeriod ?? BroadcastPeriod * MaxSilentPeriods * 2;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        Require(PoolSize is >= 1 and <= 1024, $"{nameof(PoolSize)} must be from 1 to 1024.");
        Require(BroadcastPeriod >= TimeSpan.FromMilliseconds(1), $"{nameof(BroadcastPeriod)} must be at least a millisecond.");
        Require(MaxSilentPeriods >= 1, $"{nameof(MaxSilentPeriods)} must be at least 1.");
        Require(EffectiveDownPeriod >= BroadcastPeriod * 2, $"{nameof(DownPeriod)} must be at least twice as large as {nameof(BroadcastPeriod)}.");
        Require(PermdownPeriod > EffectiveDownPeriod, $"{nameof(PermdownPeriod)} must be larger than {nameof(DownPeriod)}, which is {EffectiveDownPeriod}.");
        Require(ClockSamplePeriods >= 1, $"{nameof(ClockSamplePeriods)} must be at least 1.");
        Require(DiffWindow >= TimeSpan.Zero, $"{nameof(DiffWindow)} must not be negative.");
        var last = 0;
        foreach (var size in MaxDeltaSizes)
        {
            Require(size > last, $"{nameof(MaxDeltaSizes)} must be positive and ascending.");
            last = size;
        }
    }

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException("Tracker options: " + message);
    }
}
