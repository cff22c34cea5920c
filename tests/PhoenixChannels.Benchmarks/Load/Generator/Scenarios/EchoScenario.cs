namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>A closed loop of pushes and replies: every client sends its next push when the reply to its last is in.</summary>
static class EchoScenario
{
    public static void Run(ScenarioRun run)
    {
        var (clients, figures) = (run.Clients, run.Figures);
        var latency = new Latency();
        var (operations, isMeasuring) = (0L, false);
        clients.JoinAll(run.Sizes[0], ScenarioRun.PerTopic);
        clients.OnMessage = (connection, message, now) =>
        {
            if (Wire.NumberIn(message) != connection.Number)
            {
                clients.Fail(message);
                return;
            }

            if (isMeasuring)
            {
                operations++;
                latency.Record(now - connection.Sent);
            }

            Push(connection);
        };
        foreach (var connection in clients.All) Push(connection);
        clients.RunFor(run.Settings.WarmUp);
        isMeasuring = true;
        var start = run.Usage();
        clients.RunFor(run.Settings.Seconds);
        var used = run.Usage() - start;
        figures.Add("ops_per_s", operations / used.Wall);
        figures.Add("ops_per_cpu_s", operations / used.Server);
        latency.Report(figures);
        used.Report(figures);

        void Push(Connection connection)
        {
            connection.Sent = Clock.Now;
            clients.SendEcho(connection, ++connection.Number);
        }
    }
}
