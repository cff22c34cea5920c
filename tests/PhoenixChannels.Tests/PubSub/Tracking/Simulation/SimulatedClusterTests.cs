using System.Globalization;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.Simulation;

public class SimulatedClusterTests
{
    /// <summary>More of them for a nightly run: seconds.</summary>
    const string BudgetVariable = "TRACKER_SIMULATION_SECONDS";

    /// <summary>Runs this one alone.</summary>
    const string SeedVariable = "SEED";

    static readonly Dictionary<ShardEvent, int> s_events = [];

    [Test]
    public void After_all_that_goes_wrong_every_node_lists_exactly_what_lives_and_its_diffs_add_up_to_that()
    {
        if (Read(SeedVariable) is { } only)
        {
            Run(only);
            return;
        }

        var budget = TimeSpan.FromSeconds(Read(BudgetVariable) ?? 20);
        var start = TimeProvider.System.GetTimestamp();
        // The first hundred are always the same, so that a change is measured by what others were; the rest are new every time.
        var (seeds, random) = (0, new Random());
        while (TimeProvider.System.GetElapsedTime(start) < budget)
        {
            Run(seeds < 100 ? seeds : random.Next());
            seeds++;
        }

        TestContext.Out.WriteLine($"{seeds} seeds in {budget.TotalSeconds} s: {string.Join(", ", s_events.Select(item => $"{item.Key} {item.Value}"))}");
        if (seeds < 100) return;
        foreach (var what in new[] { ShardEvent.TransferRequested, ShardEvent.TransferAnswered, ShardEvent.Renewed })
            Assert.That(s_events.GetValueOrDefault(what), Is.Positive, $"no {what} in {seeds} simulations: they miss something");
    }

    static void Run(int seed)
    {
        try
        {
            var cluster = new SimulatedCluster(seed);
            cluster.Run();
            foreach (var (what, count) in cluster.Events) s_events[what] = s_events.GetValueOrDefault(what) + count;
        }
        catch (Exception e)
        {
            throw new AssertionException($"Seed {seed} fails. To replay it:\n  {SeedVariable}={seed} dotnet test --project tests/PhoenixChannels.Tests --filter FullyQualifiedName~{nameof(SimulatedClusterTests)}\n{e}");
        }
    }

    static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : null;
}
