using System.Globalization;
using PhoenixChannels.Benchmarks.Load.Report;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>Figures as a table; in brackets behind each what it is divided by that of a reference.</summary>
/// <param name="results">The figures, by kinds of nodes, scenarios and keys.</param>
/// <param name="output">Where it is written.</param>
/// <param name="columns">Keys, headings and decimals.</param>
sealed class Table(Results results, TextWriter output, params (string Key, string Heading, int Decimals)[] columns)
{
    public void WriteHead(params IReadOnlyList<string> labels)
    {
        output.WriteLine();
        output.WriteLine($"| {string.Join(" | ", [.. labels, .. columns.Select(column => column.Heading)])} |");
        output.WriteLine($"|{string.Concat(labels.Select(_ => "---|"))}{string.Concat(columns.Select(_ => "--:|"))}");
    }

    /// <summary>A figure that was not taken leaves its cell empty; one without a reference, or that is the reference, stands alone.</summary>
    public void WriteRow((string Kind, string Scenario) row, (string Kind, string Scenario) reference, params IReadOnlyList<string> labels) =>
        output.WriteLine($"| {string.Join(" | ", [.. labels, .. columns.Select(column => Cell(row, reference, column.Key, column.Decimals))])} |");

    string Cell((string Kind, string Scenario) row, (string Kind, string Scenario) reference, string key, int decimals)
    {
        if (results.Of(row.Kind, row.Scenario, key) is not { } value) return "";
        var of = row == reference ? null : results.Of(reference.Kind, reference.Scenario, key);
        return Number(value, decimals) + (of is > 0 ? $" (× {Number(value / of.Value, 2)})" : "");
    }

    static string Number(double value, int decimals) => value.ToString($"n{decimals}", CultureInfo.InvariantCulture);
}
