using System.Globalization;
using System.Text;

namespace PhoenixChannels.Diagnostics;

/// <summary>What a client has chosen, in a form that a log may hold: on one line, readable in one direction, not too long.</summary>
internal static class LogText
{
    const int Longest = 100, LongestMessage = 500;

    public static string Of(string text) => Of(text, Longest);

    /// <summary>An exception's message that quotes the client: what it is about, such as the path in a payload, stands at its end.</summary>
    public static string OfMessage(Exception exception) => Of(exception.Message, LongestMessage);

    static string Of(string text, int longest)
    {
        if (text.Length <= longest && text.All(IsPlain)) return text;
        var result = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(longest, text.Length)))
        {
            if (IsPlain(c)) result.Append(c);
            else result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        if (text.Length > longest) result.Append('…');
        return result.ToString();
    }

    /// <summary>No control or format character (U+202E turns a line around), no line separator, no half of a pair.</summary>
    static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
