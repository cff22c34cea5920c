namespace PhoenixChannels.Benchmarks.Load.Report;

/// <summary>The figures of all runs.</summary>
sealed class Results
{
    readonly Dictionary<(string Server, string Scenario), List<IReadOnlyDictionary<string, double>>> _runs = [];
    readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    public void Add(string server, string scenario, IReadOnlyDictionary<string, double> figures)
    {
        if (!_runs.TryGetValue((server, scenario), out var runs)) _runs[(server, scenario)] = runs = [];
        runs.Add(figures);
    }

    public void AddFailure(string server, string scenario, string what) => _failures.Add($"{server}, {scenario}: {what}");

    /// <summary>The median of the runs; null when none has that figure.</summary>
    public double? Of(string server, string scenario, string key)
    {
        if (!_runs.TryGetValue((server, scenario), out var runs)) return null;
        double[] values = [.. runs.Where(run => run.ContainsKey(key)).Select(run => run[key])];
        return values.Length == 0 ? null : Share.Median(values);
    }
}
