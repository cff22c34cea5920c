namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>Memory and CPU of joined connections that do nothing but send a heartbeat every 30 seconds, evenly spread.</summary>
static class IdleScenario
{
    const double Heartbeat = 30, WarmUpHeartbeat = 0.1, Settle = 1;

    public static void Run(ScenarioRun run)
    {
        var (clients, count, figures) = (run.Clients, run.Sizes[0], run.Figures);

        // First the code is compiled, to its last tier: compiling takes memory and CPU, and more than few connections do.
        clients.JoinAll(Math.Clamp(count / 100, 50, 200), ScenarioRun.PerTopic);
        Beat(WarmUpHeartbeat);
        clients.RunFor(run.Settings.WarmUp);
        clients.OnTick = null;
        clients.CloseAll();
        clients.RunFor(0.5);
        clients.ClosedByServer = 0;

        var heapBefore = run.Collect();
        var before = run.Server.ResidentKilobytes();
        clients.JoinAll(count / 2, ScenarioRun.PerTopic);
        clients.RunFor(Settle / 2);
        var (half, joining) = (run.Server.ResidentKilobytes(), run.Usage());
        clients.JoinAll(count - count / 2, ScenarioRun.PerTopic);
        var joined = run.Usage() - joining;

        Beat(Heartbeat);
        clients.RunFor(Settle);
        var resident = run.Server.ResidentKilobytes();
        var start = run.Usage();
        clients.RunFor(run.Settings.Seconds);
        var idle = run.Usage() - start;

        figures.Add("rss_kb", (resident - before) / count);
        figures.Add("rss_kb_second_half", (resident - half) / (count - count / 2));
        figures.Add("empty_rss_kb", before);
        figures.Add("join_cpu_us", joined.Server * 1e6 / (count - count / 2));
        figures.Add("cpu_ms_per_s", 1000 * idle.Server / idle.Wall);
        idle.Report(figures);
        var heap = run.Collect();
        figures.Add("heap_kb", (heap - heapBefore) / 1024 / count);
        if (!double.IsNaN(heap)) figures.Add("collected_kb", (run.Server.ResidentKilobytes() - before) / count);

        // One heartbeat of each in so many seconds, evenly spread.
        void Beat(double seconds)
        {
            var (next, at, step) = (Clock.Now, 0, Clock.Of(seconds) / clients.All.Count);
            clients.OnTick = now =>
            {
                for (; next <= now; next += step) clients.SendHeartbeat(clients.All[at++ % clients.All.Count]);
                return next;
            };
        }
    }
}
