using System.Text;
using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of one presence; set in code only, where it is added.</summary>
public sealed class PresenceOptions
{
    /// <summary>
    /// What the nodes know it by: the same on all of them, and another for each presence of the application. Empty means the full name of its class.
    /// Default empty. Accepts a text of at most 230 bytes of UTF-8. Phoenix's <c>name</c> of a tracker.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// How long a leave is held back before it is announced. When the same key is tracked again meanwhile, as by a client that reconnects, both
    /// go out in one diff, and the key never was without a meta. Lists do not wait. Default 0 seconds. From 0 seconds to 1 day. Phoenix has no such grace.
    /// </summary>
    public TimeSpan LeaveGrace { get; set; }

    /// <summary>How long a key may be, in bytes of UTF-8. Tracking a longer one throws. Default 4,096. From 1 to 1,048,576 (1 MiB). Phoenix has no such bound.</summary>
    public int MaxKeyLength { get; set; } = 4_096;

    /// <summary>
    /// How the nodes keep each other informed, and by <see cref="TrackerOptions.DiffWindow"/> how long changes are gathered into one diff: with a short window a
    /// thousand joins in a second are a few diffs. By default each change is a diff, as in Phoenix.
    /// </summary>
    public TrackerOptions Tracker { get; } = new();

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(PresenceOptions), Visit);

    /// <summary>All but the tracker's: it checks its own.</summary>
    internal void Visit(IOptionVisitor visitor)
    {
        Name = visitor.Text(nameof(Name), Name, "a text of at most 230 bytes of UTF-8", name => Encoding.UTF8.GetByteCount(name) <= 230);
        LeaveGrace = visitor.Time(nameof(LeaveGrace), LeaveGrace, TimeSpan.Zero, TimeSpan.FromDays(1));
        MaxKeyLength = visitor.Number(nameof(MaxKeyLength), MaxKeyLength, 1, 1 << 20);
    }
}
