using System.Diagnostics;
using System.Runtime.InteropServices;
using PhoenixChannels.Benchmarks.Load.Report;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>Starts each server for each scenario, has a generator load it, and reports what all have measured.</summary>
static class LoadCommand
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter progress)
    {
        LoadOptions options;
        try
        {
            options = LoadOptions.Parse(arguments);
        }
        catch (FormatException e)
        {
            progress.WriteLine(e.Message);
            return 2;
        }

        if (options.Help)
        {
            output.WriteLine(LoadOptions.HelpText);
            return 0;
        }

        // Which raises no ProcessExit, at which the children are ended.
        using var onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(1));
        var watch = Stopwatch.StartNew();
        var notes = new List<string>();
        var scenarios = options.Scenarios.Select(scenario => Possible(scenario, notes)).DistinctBy(scenario => scenario.Name).ToArray();
        var results = new Results();
        if (options.Folder is not null) Directory.CreateDirectory(options.Folder);
        for (var repeat = 1; repeat <= options.Repeat; repeat++)
            foreach (var scenario in scenarios)
                foreach (var server in options.Servers)
                {
                    try
                    {
                        results.Add(server.Label, scenario.Name, await MeasureAsync(server, scenario, options, repeat));
                        progress.WriteLine($"{watch.Elapsed.TotalSeconds:f0} s: {server.Label}, {scenario.Name}, {repeat} of {options.Repeat}");
                    }
                    catch (InvalidOperationException e)
                    {
                        results.AddFailure(server.Label, scenario.Name, e.Message);
                        progress.WriteLine($"{watch.Elapsed.TotalSeconds:f0} s: {server.Label}, {scenario.Name}: {e.Message}");
                    }
                }

        output.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}. {Pinned(options)} {(options.Repeat == 1 ? "One run each" : $"Medians of {options.Repeat} runs in turn")}, of {options.Seconds} s a measurement.");
        foreach (var note in notes) output.WriteLine(note);
        output.WriteLine();
        new MarkdownReport(options, scenarios, results, output).Write();
        return results.Failures.Count == 0 ? 0 : 1;
    }

    static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(ServerSpec server, ScenarioSpec scenario, LoadOptions options, int repeat)
    {
        await using var log = options.Folder is null ? null : new StreamWriter(Path.Combine(options.Folder, $"{server.Label}.{scenario.Name.Replace(':', '-')}.{repeat}.txt"));
        var synchronized = log is null ? null : TextWriter.Synchronized(log);
        await using var process = await ServerProcess.StartAsync(server, options, synchronized);
        var settings = new RunSettings(process.Port, process.Id, server.SignalR, scenario, options.Seconds, options.WarmUp, server.Collects);
        return await GeneratorProcess.RunAsync(settings, process, options, synchronized);
    }

    static ScenarioSpec Possible(ScenarioSpec scenario, List<string> notes)
    {
        var possible = scenario.CutTo(Descriptors.MaxConnections);
        if (possible != scenario) notes.Add($"{scenario.Name} is cut down to {possible.Name}: this system allows a process no more open files.");
        return possible;
    }

    static string Pinned(LoadOptions options)
    {
        if (!Pinning.IsPossible) return "Nothing is pinned to a core: this system has no such thing.";
        return $"The server is {Place(options.ServerCore)}, the generator {Place(options.GeneratorCore)}.";

        static string Place(int? core) => core is null ? "on any core" : $"on core {core}";
    }
}
