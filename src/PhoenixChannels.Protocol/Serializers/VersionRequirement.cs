namespace PhoenixChannels.Serializers;

/// <summary>A range of versions as Elixir's <c>Version</c> module writes it: comparisons such as <c>~> 2.0.0</c> or <c>>= 3.0.0</c>, joined by <c>and</c>.</summary>
internal sealed class VersionRequirement
{
    static readonly string[] s_operators = ["~>", "==", ">=", "<=", ">", "<"];

    readonly List<Func<SemanticVersion, bool>> _conditions = [];

    /// <exception cref="ArgumentException">The text is no requirement.</exception>
    public VersionRequirement(string text)
    {
        foreach (var part in text.Split(" and ", StringSplitOptions.TrimEntries))
        {
            var symbol = s_operators.FirstOrDefault(o => part.StartsWith(o, StringComparison.Ordinal)) ?? "";
            _conditions.Add(Condition(symbol, part[symbol.Length..].Trim()) ?? throw new ArgumentException(
                $"'{text}' is no version requirement. Write for instance '~> 2.0.0' (2.0.0 up to but not 2.1.0), '== 2.0.0' or '>= 2.0.0 and < 3.0.0'."));
        }
    }

    public bool Matches(SemanticVersion version)
    {
        foreach (var condition in _conditions)
            if (!condition(version)) return false;
        return true;
    }

    static Func<SemanticVersion, bool>? Condition(string symbol, string text)
    {
        // "~> 2.1" has two parts and reaches up to the next major version.
        var twoParts = symbol == "~>" && text.Count(c => c == '.') == 1;
        if (!SemanticVersion.TryParse(twoParts ? text + ".0" : text, out var bound)) return null;
        return symbol switch
        {
            "~>" => version => version.CompareTo(bound) >= 0 && version.Major == bound.Major && (twoParts || version.Minor == bound.Minor),
            ">=" => version => version.CompareTo(bound) >= 0,
            "<=" => version => version.CompareTo(bound) <= 0,
            ">" => version => version.CompareTo(bound) > 0,
            "<" => version => version.CompareTo(bound) < 0,
            _ => version => version.CompareTo(bound) == 0,
        };
    }
}
