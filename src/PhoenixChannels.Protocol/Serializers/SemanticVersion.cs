using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PhoenixChannels.Serializers;

/// <summary>A version by the rules of <see href="https://semver.org">SemVer 2.0</see>, as strict as Elixir's <c>Version.parse/1</c>.</summary>
internal sealed class SemanticVersion : IComparable<SemanticVersion>
{
    SemanticVersion(int major, int minor, int patch, string[] preRelease)
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        PreRelease = preRelease;
    }

    public int Major { get; }

    public int Minor { get; }

    public int Patch { get; }

    /// <summary>The dot-separated identifiers behind the hyphen; none for a release.</summary>
    public IReadOnlyList<string> PreRelease { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        if (text.Length > 256) return false;
        var build = text.IndexOf('+', StringComparison.Ordinal);
        if (build >= 0 && !AreIdentifiers(text[(build + 1)..].Split('.'))) return false;
        var rest = build < 0 ? text : text[..build];
        var hyphen = rest.IndexOf('-', StringComparison.Ordinal);
        var preRelease = hyphen < 0 ? [] : rest[(hyphen + 1)..].Split('.');
        if (!AreIdentifiers(preRelease) || preRelease.Any(HasLeadingZero)) return false;
        var parts = (hyphen < 0 ? rest : rest[..hyphen]).Split('.');
        if (parts.Length != 3 || !TryNumber(parts[0], out var major) || !TryNumber(parts[1], out var minor) || !TryNumber(parts[2], out var patch)) return false;
        version = new(major, minor, patch, preRelease);
        return true;
    }

    public static SemanticVersion Release(int major, int minor, int patch) => new(major, minor, patch, []);

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null) return 1;
        var release = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (release != 0) return release;
        if (PreRelease.Count == 0 || other.PreRelease.Count == 0) return other.PreRelease.Count.CompareTo(PreRelease.Count);
        for (var i = 0; i < Math.Min(PreRelease.Count, other.PreRelease.Count); i++)
        {
            var difference = CompareIdentifiers(PreRelease[i], other.PreRelease[i]);
            if (difference != 0) return difference;
        }

        return PreRelease.Count.CompareTo(other.PreRelease.Count);
    }

    /// <summary>Numbers by value and before words; words by their characters.</summary>
    static int CompareIdentifiers(string a, string b) => (IsNumber(a), IsNumber(b)) switch
    {
        (true, true) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };

    static bool TryNumber(string text, out int value)
    {
        // int.TryParse alone passes over NULs at the end.
        value = 0;
        return IsNumber(text) && !HasLeadingZero(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    static bool AreIdentifiers(string[] parts) => parts.All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    static bool IsNumber(string part) => part.All(char.IsAsciiDigit);

    static bool HasLeadingZero(string part) => part.Length > 1 && part[0] == '0' && IsNumber(part);
}
