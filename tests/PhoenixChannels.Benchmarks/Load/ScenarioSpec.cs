using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>A scenario and its sizes, as in "fanout:1000" or "chat:100x10x1000".</summary>
sealed record ScenarioSpec(string Kind, IReadOnlyList<int> Sizes)
{
    static readonly Dictionary<string, (string Sizes, string Full, string Quick)> s_kinds = new()
    {
        ["idle"] = ("N", "1000,5000,19000", "1000,3000"),
        ["echo"] = ("CLIENTS", "100", "100"),
        ["fanout"] = ("SUBSCRIBERS", "1,100,1000,10000", "1,100,1000,10000"),
        ["chat"] = ("TOPICSxSUBSCRIBERSxRATE", "100x10x1000", "100x10x1000"),
        ["storm"] = ("N", "3000", "1000"),
        ["fair"] = ("CLIENTSxNEIGHBOURSxMS", "50x4x20,50x16x100", "50x4x20"),
        ["slow"] = ("RATExBYTES", "4000x1024", "4000x1024"),
    };

    public static IEnumerable<string> Kinds => s_kinds.Keys;

    public static string Form(string kind) => $"{kind}:{s_kinds[kind].Sizes}";

    public static string Defaults(string kind, bool quick) => quick ? s_kinds[kind].Quick : s_kinds[kind].Full;

    public string Name => $"{Kind}:{string.Join('x', Sizes)}";

    /// <summary>All that one word of the command line names: a kind alone stands for its default sizes.</summary>
    public static IEnumerable<ScenarioSpec> Parse(string text, bool quick)
    {
        var kind = text.Split(':')[0];
        if (!s_kinds.TryGetValue(kind, out var known)) throw new FormatException($"There is no scenario \"{kind}\". There are: {string.Join(", ", s_kinds.Keys)}.");
        foreach (var sizes in (text.Contains(':') ? text[(kind.Length + 1)..] : Defaults(kind, quick)).Split(','))
        {
            var numbers = sizes.Split('x').Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new FormatException($"\"{text}\" is not {Form(kind)}.")).ToArray();
            if (numbers.Length != known.Sizes.Split('x').Length) throw new FormatException($"\"{text}\" is not {Form(kind)}.");
            yield return new(kind, numbers);
        }
    }

    /// <summary>How many connections it has open at once.</summary>
    public int Connections => Kind switch
    {
        "chat" => Sizes[0] * Sizes[1],
        "fair" => Sizes[0] + Sizes[1],
        "slow" => 11,
        _ => Sizes[0],
    };

    /// <summary>The same with fewer connections, where the system allows no more.</summary>
    public ScenarioSpec CutTo(int connections) => Connections <= connections ? this : Kind switch
    {
        "chat" => this with { Sizes = [Math.Max(1, connections / Sizes[1]), .. Sizes.Skip(1)] },
        _ => this with { Sizes = [Math.Max(1, connections - (Connections - Sizes[0])), .. Sizes.Skip(1)] },
    };

    public override string ToString() => Name;
}
