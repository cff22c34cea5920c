using PhoenixChannels.Benchmarks.Load.Report;

namespace PhoenixChannels.Benchmarks.Broadcasts;

/// <summary>What PubSub makes of an engine, beside what the engine's driver alone makes of it, in turn.</summary>
static class PubSubCommand
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter progress)
    {
        try
        {
            await MeasureAsync(PubSubArguments.Parse(arguments), output, progress);
            return 0;
        }
        catch (FormatException e)
        {
            progress.WriteLine(e.Message);
            return 2;
        }
    }

    public static async Task MeasureAsync(PubSubArguments arguments, TextWriter output, TextWriter progress)
    {
        var (engines, pace) = arguments;
        var results = new Results();
        foreach (var engine in engines)
        {
            var (server, connectionString) = await engine.StartAsync();
            await using var _ = server;
            var measurement = new PubSubMeasurement(connectionString, pace, results);
            for (var round = 1; round <= pace.Rounds; round++)
            {
                progress.WriteLine($"{engine.Name}, {round} of {pace.Rounds}");
                await measurement.MeasureSpeedAsync(engine.Name, PubSubMeasurement.Callers);
                if (engine.Bare is not { } bare) continue;
                await measurement.MeasureSpeedAsync(bare, PubSubMeasurement.Callers);
                if (engine.Batched is { } batched) await measurement.MeasureSpeedAsync(batched, [1]);
                foreach (var kind in new[] { engine.Name, bare }) await measurement.MeasureListenersAsync(kind);
                foreach (var nodes in PubSubMeasurement.Nodes)
                    foreach (var kind in new[] { engine.Name, bare }) await measurement.MeasureNodesAsync(kind, nodes);
            }
        }

        output.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}. {pace}");
        new PubSubReport(engines, results, output).Write();
    }
}
