namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>What pushes and replies at a fixed rate take, alone, then beside handlers that burn CPU, then beside handlers that block; each client has a topic of its own.</summary>
static class FairScenario
{
    const int PushesPerSecond = 20;

    public static void Run(ScenarioRun run)
    {
        var (clients, figures, count, neighbours, milliseconds) = (run.Clients, run.Figures, run.Sizes[0], run.Sizes[1], run.Sizes[2]);
        clients.JoinAll(count + neighbours, 1);
        Neighbour? neighbour = null;
        var (works, underWay) = (0L, 0);
        var loop = new OpenLoop((place, number) => clients.SendEcho(clients.All[(int)(place % count)], number));
        clients.OnMessage = (connection, message, now) =>
        {
            if (clients.IsFailure(message)) clients.Fail(message);
            else if (connection.Id < count)
            {
                if (Wire.NumberIn(message) is > 0 and var number) loop.Take(number, now);
                else clients.Fail(message);
            }
            else
            {
                works++;
                underWay--;
                Work(connection);
            }
        };
        Loop(run.Settings.WarmUp);
        Measure("calm.");
        foreach (var kind in Enum.GetValues<Neighbour>())
        {
            var phase = kind == Neighbour.Burn ? "burn." : "block.";
            neighbour = kind;
            for (var i = 0; i < neighbours; i++) Work(clients.All[count + i]);
            clients.RunFor(0.5);
            works = 0;
            var wall = Measure(phase);
            figures.Add($"{phase}per_s", works / wall);
            neighbour = null;
            clients.Run(Clock.Now + 5 * Clock.Second, () => underWay == 0);
        }

        double Measure(string phase)
        {
            var start = run.Usage();
            Loop(run.Settings.Seconds);
            var used = run.Usage() - start;
            loop.Report(figures, phase);
            figures.Add($"{phase}lost", loop.Sent - loop.Deliveries);
            used.Report(figures, phase);
            return used.Wall;
        }

        void Loop(double seconds) => loop.Run(clients, count * PushesPerSecond, seconds, deliveriesOfEach: 1, patience: 5);

        void Work(Connection connection)
        {
            if (neighbour is not { } kind) return;
            underWay++;
            clients.SendWork(connection, kind, milliseconds);
        }
    }
}
