using System.Globalization;

namespace PhoenixChannels.Settings;

/// <summary>The kinds of options that there are many of.</summary>
internal static class OptionVisitorExtensions
{
    public static bool Switch(this IOptionVisitor visitor, string name, bool value) =>
        visitor.Visit(name, value, "true or false", _ => true, texts => bool.Parse(Single(texts)));

    public static int Number(this IOptionVisitor visitor, string name, int value, int from, int to) =>
        visitor.Visit(name, value, $"a number from {Amounts.Of(from)} to {Amounts.Of(to)}", number => number >= from && number <= to, ToNumber);

    public static int Number(this IOptionVisitor visitor, string name, int value, string accepted, Func<int, bool> accepts) =>
        visitor.Visit(name, value, accepted, accepts, ToNumber);

    public static TimeSpan Time(this IOptionVisitor visitor, string name, TimeSpan value, TimeSpan from, TimeSpan to) =>
        visitor.Visit(name, value, Accepted(from, to), time => time >= from && time <= to, ToTime);

    public static TimeSpan? Time(this IOptionVisitor visitor, string name, TimeSpan? value, TimeSpan from, TimeSpan to) =>
        visitor.Visit(name, value, Accepted(from, to), time => time is null || (time >= from && time <= to), texts => ToTime(texts));

    public static string Text(this IOptionVisitor visitor, string name, string value, string accepted, Func<string, bool> accepts) =>
        visitor.Visit(name, value, accepted, text => text is not null && accepts(text), Single);

    static string Accepted(TimeSpan from, TimeSpan to) => $"a time (d.hh:mm:ss) from {Amounts.Of(from)} to {Amounts.Of(to)}";

    static int ToNumber(string[] texts) => int.Parse(Single(texts), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>A number alone would be days, which nobody expects who writes 30.</summary>
    static TimeSpan ToTime(string[] texts)
    {
        var text = Single(texts);
        return text.Contains(':', StringComparison.Ordinal) ? TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture) : throw new FormatException();
    }

    static string Single(string[] texts) => texts is [var text] ? text : throw new FormatException();
}
