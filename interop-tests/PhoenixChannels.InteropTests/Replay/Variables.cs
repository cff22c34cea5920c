using System.Globalization;
using System.Text.RegularExpressions;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>What the steps of a transcript captured, for the texts of later ones.</summary>
internal sealed partial class Variables
{
    readonly Dictionary<string, string> _values = [];

    public string this[string name]
    {
        get => _values.TryGetValue(name, out var value) ? value : throw new ReplayException($"nothing was captured as {name}");
        set => _values[name] = value;
    }

    /// <summary>Replaces <c>${rep:1000:%5B}</c>, <c>${var:x}</c> and <c>${urlvar:x}</c>.</summary>
    public string Expand(string text) =>
        Capture.Replace(
            Repetition.Replace(text, match => string.Concat(Enumerable.Repeat(
                Uri.UnescapeDataString(match.Groups["text"].Value),
                int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)))),
            match => match.Groups["kind"].Value == "urlvar"
                ? Uri.EscapeDataString(this[match.Groups["name"].Value])
                : this[match.Groups["name"].Value]);

    [GeneratedRegex(@"\$\{rep:(?<count>\d+):(?<text>[^}]*)\}")]
    private static partial Regex Repetition { get; }

    [GeneratedRegex(@"\$\{(?<kind>var|urlvar):(?<name>[^}]*)\}")]
    private static partial Regex Capture { get; }
}
