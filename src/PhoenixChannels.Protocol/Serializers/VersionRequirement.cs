namespace PhoenixChannels.Serializers;

/// <summary>A range of versions as Elixir's <c>Version</c> module writes it: comparisons such as <c>~> 2.0.0</c> or <c>>= 3.0.0</c>, joined by <c>and</c> and, less tightly, by <c>or</c>.</summary>
internal sealed class VersionRequirement
{
    static readonly string[] s_operators = ["~>", "==", "!=", ">=", "<=", ">", "<"];

    readonly List<Func<SemanticVersion, bool>[]> _alternatives = [];

    /// <exception cref="ArgumentException">The text is no requirement.</exception>
    public VersionRequirement(string text)
    {
        foreach (var alternative in text.Split(" or "))
            _alternatives.Add([.. alternative.Split(" and ", StringSplitOptions.TrimEntries).Select(part => Condition(part) ?? throw new ArgumentException(
                $"'{text}' is no version requirement. Write for instance '~> 2.0.0' (2.0.0 up to but not 2.1.0), '== 2.0.0' or '>= 2.0.0 and < 3.0.0'."))]);
    }

    public bool Matches(SemanticVersion version)
    {
        foreach (var conditions in _alternatives)
            if (Array.TrueForAll(conditions, condition => condition(version))) return true;
        return false;
    }

    static Func<SemanticVersion, bool>? Condition(string part)
    {
        var symbol = s_operators.FirstOrDefault(o => part.StartsWith(o, StringComparison.Ordinal)) ?? "";
        var text = part[symbol.Length..].Trim();

        // "~> 2.1" has two parts and reaches up to the next major version.
        var numbers = text.IndexOfAny(['-', '+']) is var end and >= 0 ? text[..end] : text;
        var twoParts = symbol == "~>" && numbers.Count(c => c == '.') == 1;
        if (!SemanticVersion.TryParse(twoParts ? text.Insert(numbers.Length, ".0") : text, out var bound)) return null;
        return symbol switch
        {
            "~>" => version => version.CompareTo(bound) >= 0 && version.Major == bound.Major && (twoParts || version.Minor == bound.Minor),
            "!=" => version => version.CompareTo(bound) != 0,
            ">=" => version => version.CompareTo(bound) >= 0,
            "<=" => version => version.CompareTo(bound) <= 0,
            ">" => version => version.CompareTo(bound) > 0,
            "<" => version => version.CompareTo(bound) < 0,
            _ => version => version.CompareTo(bound) == 0,
        };
    }
}
