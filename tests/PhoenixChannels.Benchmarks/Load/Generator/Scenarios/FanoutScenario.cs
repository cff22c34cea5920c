namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>
/// A closed loop of broadcasts to one topic, first with one broadcast in flight, then with eight of two publishers. A broadcast is done when
/// all subscribers have it, and the next one follows.
/// </summary>
static class FanoutScenario
{
    public static void Run(ScenarioRun run)
    {
        var subscribers = run.Sizes[0];
        run.Clients.JoinAll(subscribers, subscribers);
        Measure(run, "x1.", publishers: 1, inFlight: 1);
        Measure(run, "x8.", publishers: Math.Min(2, subscribers), inFlight: 8);
    }

    static void Measure(ScenarioRun run, string phase, int publishers, int inFlight)
    {
        var (clients, figures, subscribers) = (run.Clients, run.Figures, run.Sizes[0]);
        var loop = new FanoutLoop(clients, subscribers, publishers);
        loop.Start(inFlight);
        clients.RunFor(run.Settings.WarmUp);
        loop.IsMeasuring = true;
        var start = run.Usage();
        clients.RunFor(run.Settings.Seconds);
        var used = run.Usage() - start;
        loop.IsMeasuring = false;
        loop.Finish();
        figures.Add($"{phase}deliveries_per_s", loop.Deliveries / used.Wall);
        figures.Add($"{phase}deliveries_per_cpu_s", loop.Deliveries / used.Server);
        figures.Add($"{phase}cpu_us", used.Server * 1e6 / loop.Deliveries);
        figures.Add($"{phase}lost", loop.Lost);
        figures.Add($"{phase}reordered", loop.Reordered);
        loop.Latency.Report(figures, phase);
        used.Report(figures, phase);
    }
}
