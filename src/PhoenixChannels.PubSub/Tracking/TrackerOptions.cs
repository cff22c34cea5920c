using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of a <see cref="Tracker"/>: those of Phoenix.Tracker, with its defaults. They should be the same on all nodes; <see cref="PoolSize"/> has to be.</summary>
public sealed class TrackerOptions
{
    static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan s_longest = TimeSpan.FromDays(365);

    /// <summary>How many shards share the topics. Trackers with another number do not see each other. Default 1. From 1 to 1,024. Phoenix's <c>pool_size</c>.</summary>
    public int PoolSize { get; set; } = 1;

    /// <summary>How often changes are sent to the other nodes. Default 1,500 milliseconds. From 1 millisecond to 1 hour. Phoenix's <c>broadcast_period</c>.</summary>
    public TimeSpan BroadcastPeriod { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>
    /// Within how many periods without a change a sign of life is sent. It is sent one period before that, so that two of them fit into
    /// <see cref="DownPeriod"/> and the loss of one shows nobody as gone. Default 10. From 1 to 1,000. Phoenix's <c>max_silent_periods</c>.
    /// </summary>
    public int MaxSilentPeriods { get; set; } = 10;

    /// <summary>
    /// After how long without a sign of life a node's entries are hidden; null means twice <see cref="BroadcastPeriod"/> times
    /// <see cref="MaxSilentPeriods"/>, which is 30 seconds unless they are changed. Default null. From 1 millisecond to 365 days, and at least twice
    /// <see cref="BroadcastPeriod"/>. Phoenix's <c>down_period</c>.
    /// </summary>
    public TimeSpan? DownPeriod { get; set; }

    /// <summary>After how long without a sign of life a node is forgotten. Default 20 minutes. From 1 millisecond to 365 days, and longer than <see cref="DownPeriod"/>. Phoenix's <c>permdown_period</c>.</summary>
    public TimeSpan PermdownPeriod { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>For how many periods the clocks of other nodes are gathered before what is missing is asked for. Default 2. From 1 to 1,000. Phoenix's <c>clock_sample_periods</c>.</summary>
    public int ClockSamplePeriods { get; set; } = 2;

    /// <summary>Sizes of the kept ranges of recent changes; who has missed more is sent the whole state. Default 100, 1,000 and 10,000. Accepts positive numbers in ascending order. Phoenix's <c>max_delta_sizes</c>.</summary>
    public IReadOnlyList<int> MaxDeltaSizes { get; set; } = [100, 1000, 10_000];

    /// <summary>
    /// Whether the other nodes drop this one's entries at once when it stops in good order. Otherwise they stay until <see cref="DownPeriod"/> is over,
    /// so that clients that come back elsewhere are not seen to leave. Default false. Phoenix's <c>permdown_on_shutdown</c>.
    /// </summary>
    public bool PermdownOnShutdown { get; set; }

    /// <summary>
    /// For how long changes are gathered before the handler is told of them, with what came and went meanwhile left out. With zero every change is
    /// reported by itself, as in Phoenix. Default 0 seconds. From 0 seconds to 1 hour. Phoenix has no such window.
    /// </summary>
    public TimeSpan DiffWindow { get; set; }

    /// <summary>About how large a message to other nodes may get before it is cut into several.</summary>
    internal int MaxMessageBytes { get; set; } = 256 * 1024;

    internal TimeSpan EffectiveDownPeriod => DownPeriod ?? BroadcastPeriod * MaxSilentPeriods * 2;

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate()
    {
        OptionCheck.Run(typeof(TrackerOptions), Visit);
        OptionCheck.Run(typeof(TrackerOptions), VisitTogether);
    }

    internal void Visit(IOptionVisitor visitor)
    {
        PoolSize = visitor.Number(nameof(PoolSize), PoolSize, 1, 1024);
        BroadcastPeriod = visitor.Time(nameof(BroadcastPeriod), BroadcastPeriod, s_shortest, TimeSpan.FromHours(1));
        MaxSilentPeriods = visitor.Number(nameof(MaxSilentPeriods), MaxSilentPeriods, 1, 1000);
        DownPeriod = visitor.Time(nameof(DownPeriod), DownPeriod, s_shortest, s_longest);
        PermdownPeriod = visitor.Time(nameof(PermdownPeriod), PermdownPeriod, s_shortest, s_longest);
        ClockSamplePeriods = visitor.Number(nameof(ClockSamplePeriods), ClockSamplePeriods, 1, 1000);
        MaxDeltaSizes = visitor.Visit(nameof(MaxDeltaSizes), MaxDeltaSizes, "positive numbers in ascending order", AreAscending, null);
        PermdownOnShutdown = visitor.Switch(nameof(PermdownOnShutdown), PermdownOnShutdown);
        DiffWindow = visitor.Time(nameof(DiffWindow), DiffWindow, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    /// <summary>What the options demand of each other.</summary>
    void VisitTogether(IOptionVisitor visitor)
    {
        visitor.Visit(nameof(DownPeriod), EffectiveDownPeriod, $"at least twice {nameof(BroadcastPeriod)}, which is {BroadcastPeriod}", down => down >= BroadcastPeriod * 2, null);
        visitor.Visit(nameof(PermdownPeriod), PermdownPeriod, $"more than {nameof(DownPeriod)}, which is {EffectiveDownPeriod}", permdown => permdown > EffectiveDownPeriod, null);
    }

    static bool AreAscending(IReadOnlyList<int> sizes)
    {
        if (sizes is null) return false;
        var last = 0;
        foreach (var size in sizes)
        {
            if (size <= last) return false;
            last = size;
        }

        return true;
    }
}
