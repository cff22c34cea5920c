using PhoenixChannels.Benchmarks.Load.Report;

namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>Memory and CPU of joined connections that do nothing but send a heartbeat every 30 seconds, evenly spread.</summary>
static class IdleScenario
{
    const int WarmUps = 3, WarmUpConnections = 100;
    const double Heartbeat = 30, WarmUpHeartbeat = 0.1, Settle = 1;

    public static void Run(ScenarioRun run)
    {
        var (clients, count, figures) = (run.Clients, run.Sizes[0], run.Figures);

        // First the code is compiled, to its last tier, which a method reaches in several steps of 30 calls and a pause: compiling takes memory
        // and CPU, and more than few connections do.
        for (var i = 0; i < WarmUps; i++)
        {
            clients.JoinAll(WarmUpConnections, ScenarioRun.PerTopic);
            Beat(WarmUpHeartbeat);
            clients.RunFor(run.Settings.WarmUp / WarmUps);
            clients.OnTick = null;
            clients.CloseAll();
        }

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
        var heap = run.Collect();
        var collected = double.IsNaN(heap) ? double.NaN : run.Server.ResidentKilobytes();

        // The median second: the runtime goes on compiling for half a minute, in bursts that are no cost of a connection.
        var start = run.Usage();
        var seconds = new List<double>();
        for (var i = 0; i < Math.Max(1, run.Settings.Seconds); i++)
        {
            var second = run.Usage();
            clients.RunFor(1);
            var used = run.Usage() - second;
            seconds.Add(1000 * used.Server / used.Wall);
        }

        figures.Add("empty_rss_kb", before);
        figures.Add("rss_kb", (resident - before) / count);
        figures.Add("rss_kb_second_half", (resident - half) / (count - count / 2));
        figures.Add("collected_kb", (collected - before) / count);
        figures.Add("heap_kb", (heap - heapBefore) / 1024 / count);
        figures.Add("join_cpu_us", joined.Server * 1e6 / (count - count / 2));
        figures.Add("cpu_ms_per_s", Share.Median(seconds));
        (run.Usage() - start).Report(figures);

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
