using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load.Report;

/// <summary>The table of ratios, and the table that says whether to believe it.</summary>
sealed class MarkdownReport(LoadOptions options, IReadOnlyList<ScenarioSpec> scenarios, Results results, TextWriter output)
{
    const double TooExpensive = 100;

    readonly string[] _servers = [.. options.Servers.Select(server => server.Label)];

    public void Write()
    {
        WriteHead("");
        foreach (var scenario in scenarios)
            foreach (var row in Row.Of(scenario.Kind)) WriteRow(scenario, row);
        WriteGrowth("fanout", "x1.cpu_us", "x1 CPU per delivery");
        WriteGrowth("fanout", "x8.cpu_us", "x8 CPU per delivery");
        WriteGrowth("idle", "rss_kb", "memory per connection");
        output.WriteLine();
        output.WriteLine($"In brackets the share of {options.Reference}: 100 % is equal, more is better in every row.");
        output.WriteLine();
        WriteTrust();
        if (results.Failures.Count == 0) return;
        output.WriteLine();
        output.WriteLine("Failed:");
        output.WriteLine();
        foreach (var failure in results.Failures) output.WriteLine($"- {failure}");
    }

    void WriteHead(string first)
    {
        output.WriteLine($"| {first} | {string.Join(" | ", _servers)} |");
        output.WriteLine($"|---|{string.Concat(_servers.Select(_ => "--:|"))}");
    }

    void WriteRow(ScenarioSpec scenario, Row row)
    {
        var reference = results.Of(options.Reference!, scenario.Name, row.Key);
        output.WriteLine($"| {scenario.Name}: {row.Label} | {string.Join(" | ", _servers.Select(Cell))} |");

        string Cell(string server)
        {
            var value = results.Of(server, scenario.Name, row.Key);
            var share = server == options.Reference ? null : Share.Of(value, reference, row.Better);
            return Number(value, row.Decimals) + (share is null ? "" : $" ({Number(share * 100)} %)");
        }
    }

    /// <summary>By how much a cost grows from the smallest size to the largest, where 1 is best. One subscriber is no size to begin with: it shares its writes with nobody.</summary>
    void WriteGrowth(string kind, string key, string label)
    {
        var sizes = scenarios.Where(scenario => scenario.Kind == kind && scenario.Sizes[0] >= 100).OrderBy(scenario => scenario.Sizes[0]).ToArray();
        if (sizes.Length < 2) return;
        var (small, large) = (sizes[0], sizes[^1]);
        var cells = _servers.Select(server => Number(results.Of(server, large.Name, key) / results.Of(server, small.Name, key), 2));
        output.WriteLine($"| growth: {label}, {Number(large.Sizes[0])} over {Number(small.Sizes[0])} | {string.Join(" | ", cells)} |");
    }

    void WriteTrust()
    {
        output.WriteLine("Whether to believe it: the generator's CPU in % of the server's · CPU that others took in % of a core · p99 of how late the generator was, µs · lost · reordered; – is what a scenario does not have.");
        output.WriteLine();
        WriteHead("");
        List<string> expensive = [];
        foreach (var scenario in scenarios)
            foreach (var phase in Row.Phases(scenario.Kind))
            {
                var name = $"{scenario.Name} {phase.TrimEnd('.')}".TrimEnd();
                output.WriteLine($"| {name} | {string.Join(" | ", _servers.Select(server => Cell(server, scenario, phase)))} |");
                expensive.AddRange(_servers.Where(server => results.Of(server, scenario.Name, $"{phase}client_percent") > TooExpensive).Select(server => $"{server} in {name}"));
            }

        output.WriteLine();
        output.WriteLine(expensive.Count == 0
            ? "The generator was cheaper than the server everywhere."
            : $"The generator was dearer than the server, so that times and rates say more of it than of the server: {string.Join("; ", expensive)}.");

        string Cell(string server, ScenarioSpec scenario, string phase)
        {
            string[] keys = ["client_percent", "others_percent", "lag_p99_us", "lost", "reordered"];
            var values = keys.Select(key => results.Of(server, scenario.Name, phase + key)).ToArray();
            var text = string.Join(" · ", values.Select(value => value is null ? "–" : Number(value)));
            return values.All(value => value is null) ? "n/a" : values[0] > TooExpensive ? $"**{text}**" : text;
        }
    }

    static string Number(double? value, int decimals = 0) => value is { } number ? number.ToString($"n{decimals}", CultureInfo.InvariantCulture) : "n/a";
}
