using System.Collections;
using System.Globalization;

namespace PhoenixChannels.Settings;

/// <summary>Numbers, times and values as a person writes them.</summary>
internal static class Amounts
{
    static readonly (TimeSpan Length, string Name)[] s_units =
    [
        (TimeSpan.FromDays(1), "day"), (TimeSpan.FromHours(1), "hour"), (TimeSpan.FromMinutes(1), "minute"), (TimeSpan.FromSeconds(1), "second"), (TimeSpan.FromMilliseconds(1), "millisecond"),
    ];

    public static string Of(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>In the largest unit that gives a whole number.</summary>
    public static string Of(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return "0 seconds";
        var (length, name) = Array.Find(s_units, unit => time.Ticks % unit.Length.Ticks == 0);
        if (name is null) return $"{time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} milliseconds";
        var count = (int)(time / length);
        return $"{Of(count)} {name}{(count == 1 ? "" : "s")}";
    }

    /// <summary>A value as it is quoted in a fault.</summary>
    public static string Quote(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"'{text}'",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Quote))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
