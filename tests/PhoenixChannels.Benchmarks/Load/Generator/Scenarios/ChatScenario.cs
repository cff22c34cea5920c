namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>Many topics, in which members say something in turn, at a fixed rate over all.</summary>
static class ChatScenario
{
    public static void Run(ScenarioRun run)
    {
        var (clients, figures, topics, members, rate) = (run.Clients, run.Figures, run.Sizes[0], run.Sizes[1], run.Sizes[2]);
        var sequences = new Sequences(topics * members, members);
        var loop = new OpenLoop((place, number) => clients.SendShout(clients.All[(int)(place % topics) * members + Speaker(place)], number));
        clients.JoinAll(topics * members, members);
        clients.OnMessage = (connection, message, now) =>
        {
            var number = Wire.NumberIn(message);
            if (number == 0)
            {
                clients.Fail(message);
                return;
            }

            // Every member of a topic numbers its own: nothing orders the messages of two.
            var place = loop.Take(number, now);
            if (place >= 0) sequences.Observe(connection.Id, Speaker(place), 1 + place / (topics * members));
        };
        loop.Run(clients, rate, run.Settings.WarmUp, members);
        sequences = new(topics * members, members);
        var start = run.Usage();
        loop.Run(clients, rate, run.Settings.Seconds, members);
        var used = run.Usage() - start;
        loop.Report(figures);
        figures.Add("deliveries_per_cpu_s", loop.Deliveries / used.Server);
        figures.Add("lost", loop.Sent * members - loop.Deliveries);
        figures.Add("reordered", sequences.Reordered);
        used.Report(figures);

        int Speaker(long place) => (int)(place / topics % members);
    }
}
