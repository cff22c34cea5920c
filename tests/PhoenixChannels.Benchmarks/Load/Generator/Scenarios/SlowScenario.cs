namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>Ten subscribers, first alone, then with an eleventh that never reads: what that costs the others and the server, and when it is given up.</summary>
static class SlowScenario
{
    const int Good = 10, Publisher = 0;
    const double LongestCalm = 3, LookEvery = 0.1;

    public static void Run(ScenarioRun run)
    {
        var (clients, figures, rate, bytes) = (run.Clients, run.Figures, run.Sizes[0], run.Sizes[1]);
        var sequences = new Sequences(Good, 1);
        var loop = new OpenLoop((_, number) => clients.SendShout(clients.All[Publisher], number));
        clients.JoinAll(Good, Good + 1);
        clients.OnMessage = (connection, message, now) =>
        {
            if (connection.Id >= Good) return;
            var number = Wire.NumberIn(message);
            if (number == 0) clients.Fail(message);
            else if (loop.Take(number, now) is >= 0 and var place) sequences.Observe(connection.Id, 0, place + 1);
        };
        loop.Run(clients, rate, run.Settings.WarmUp, Good);
        sequences = new(Good, 1);
        var start = run.Usage();
        loop.Run(clients, rate, Math.Min(LongestCalm, run.Settings.Seconds), Good);
        Report("calm.", run.Usage() - start);

        clients.JoinAll(1, Good + 1);
        var deaf = clients.All[Good];
        deaf.IsDeaf = true;
        using var serverEnd = ServerEnd.Of(run.Settings.Port, deaf.Socket);
        var before = run.Server.ResidentKilobytes();
        var (peak, began, look, closedAt) = (before, Clock.Now, Clock.Now, 0L);
        clients.OnTick = now =>
        {
            if (now >= look)
            {
                look = now + Clock.Of(LookEvery);
                peak = Math.Max(peak, run.Server.ResidentKilobytes());
                if (closedAt == 0 && (deaf.State == ConnectionState.Closed || serverEnd?.IsOpen() == false)) closedAt = now;
            }

            return look;
        };
        sequences = new(Good, 1);
        start = run.Usage();
        loop.Run(clients, rate, run.Settings.Seconds, Good, patience: 5);
        Report("deaf.", run.Usage() - start);
        figures.Add("rss_growth_mb", (peak - before) / 1024);
        figures.Add("published_mb", loop.Sent * (double)bytes / 1e6);
        if (serverEnd is not null) figures.Add("closed_after_s", closedAt == 0 ? -1 : (closedAt - began) / (double)Clock.Second);

        void Report(string phase, Usage used)
        {
            loop.Report(figures, phase);
            figures.Add($"{phase}lost", loop.Sent * Good - loop.Deliveries);
            figures.Add($"{phase}reordered", sequences.Reordered);
            used.Report(figures, phase);
        }
    }
}
