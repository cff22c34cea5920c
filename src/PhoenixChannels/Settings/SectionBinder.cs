using Microsoft.Extensions.Configuration;

namespace PhoenixChannels.Settings;

/// <summary>Reads options from a section of the configuration. Keys that are no options and values that do not fit are faults.</summary>
/// <remarks>Not <c>Bind</c>: it adds to lists rather than replacing them, takes a bare number for days, and its faults say neither the full key nor what would be accepted.</remarks>
internal sealed class SectionBinder : IOptionVisitor
{
    readonly IConfigurationSection _section;
    readonly List<string> _faults;
    readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> _accepted = [];

    SectionBinder(IConfigurationSection section, List<string> faults)
    {
        _section = section;
        _faults = faults;
    }

    /// <returns>The faults; what they speak of is not set.</returns>
    public static List<string> Bind(IConfigurationSection section, Action<IOptionVisitor> visit)
    {
        var faults = new List<string>();
        Bind(section, visit, faults);
        return faults;
    }

    public T Visit<T>(string name, T value, string accepted, Func<T, bool> accepts, Func<string[], T>? parse)
    {
        _known.Add(name);
        if (parse is not null) _accepted.Add(name);
        var section = _section.GetSection(name);
        if (!section.Exists()) return value;
        if (parse is null) _faults.Add($"{section.Path} cannot be set in the configuration: set it in code");
        else if (!TryRead(section, parse, out var read) || !accepts(read)) _faults.Add($"{section.Path} is {Quote(section)}: set it to {accepted}");
        else return read;
        return value;
    }

    public void Section(string name, Action<IOptionVisitor> visit)
    {
        _known.Add(name);
        _accepted.Add(name);
        Bind(_section.GetSection(name), visit, _faults);
    }

    static void Bind(IConfigurationSection section, Action<IOptionVisitor> visit, List<string> faults)
    {
        var binder = new SectionBinder(section, faults);
        visit(binder);
        var accepted = string.Join(", ", binder._accepted);
        if (!string.IsNullOrEmpty(section.Value)) faults.Add($"{section.Path} is a text: make it a section with any of {accepted}");

        // Without its value: what stands under a name that is not ours may be a secret.
        foreach (var child in section.GetChildren())
            if (!binder._known.Contains(child.Key)) faults.Add($"{child.Path} is no option: in {section.Path} there are {accepted}");
    }

    static bool TryRead<T>(IConfigurationSection section, Func<string[], T> parse, out T value)
    {
        value = default!;
        try
        {
            if (TextsOf(section) is not { } texts) return false;
            value = parse(texts);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A text, or a list of them; null for both at once and for anything deeper.</summary>
    static string[]? TextsOf(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (section.Value is { } text) return children.Count == 0 ? [text] : null;
        return children.TrueForAll(child => child.Value is not null && int.TryParse(child.Key, out _)) ? [.. children.Select(child => child.Value!)] : null;
    }

    static string Quote(IConfigurationSection section) => TextsOf(section) switch
    {
        null => "a section, or a text and a list at once",
        [var text] when section.Value is not null => Amounts.Quote(text),
        var texts => Amounts.Quote(texts),
    };
}
