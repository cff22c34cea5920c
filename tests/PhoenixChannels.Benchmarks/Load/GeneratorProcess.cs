using System.Globalization;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>All clients of one run, in a process of their own.</summary>
static class GeneratorProcess
{
    public const string Mode = "load-generator";

    static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>The figures of a run.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(RunSettings settings, ServerProcess server, LoadOptions options, TextWriter? log)
    {
        var start = OwnProgram.Start([Mode, .. settings.ToArguments()]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        // No thread beside the one that plays the clients: none that collects, none that compiles.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using var process = Pinning.Start(start, options.GeneratorCore);
        using var limit = new CancellationTokenSource(s_longest, TimeProvider.System);
        await using var end = limit.Token.Register(() => process.Kill());
        EventHandler kill = (_, _) => process.Kill();
        AppDomain.CurrentDomain.ProcessExit += kill;
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var figures = new Dictionary<string, double>();
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            log?.WriteLine(line);
            if (line == GeneratorCommand.CollectRequest) await process.StandardInput.WriteLineAsync(await server.CollectAsync());
            else if (line.Split(' ') is [var key, var value]) figures[key] = double.Parse(value, CultureInfo.InvariantCulture);
            await process.StandardInput.FlushAsync(CancellationToken.None);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit -= kill;
        return process.ExitCode == 0 ? figures : throw new InvalidOperationException(limit.IsCancellationRequested ? $"It took over {s_longest.TotalMinutes} minutes." : (await complaints).Trim());
    }
}
