using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>What a generator is told on its command line.</summary>
sealed record RunSettings(int Port, int ServerProcess, bool SignalR, ScenarioSpec Scenario, double Seconds, double WarmUp, bool Collects)
{
    public IEnumerable<string> ToArguments() =>
        [$"{Port}", $"{ServerProcess}", $"{SignalR}", Scenario.Name, Seconds.ToString("R", CultureInfo.InvariantCulture), WarmUp.ToString("R", CultureInfo.InvariantCulture), $"{Collects}"];

    public static RunSettings FromArguments(string[] arguments) => new(
        int.Parse(arguments[0], CultureInfo.InvariantCulture),
        int.Parse(arguments[1], CultureInfo.InvariantCulture),
        bool.Parse(arguments[2]),
        ScenarioSpec.Parse(arguments[3], quick: false).Single(),
        double.Parse(arguments[4], CultureInfo.InvariantCulture),
        double.Parse(arguments[5], CultureInfo.InvariantCulture),
        bool.Parse(arguments[6]));
}
