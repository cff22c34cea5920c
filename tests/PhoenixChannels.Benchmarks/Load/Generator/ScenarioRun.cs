using PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>What a scenario works with.</summary>
/// <param name="Settings">What it was told.</param>
/// <param name="Clients">Its connections.</param>
/// <param name="Server">The processes that it measures.</param>
/// <param name="Figures">What it has found.</param>
/// <param name="Collect">Collects the server's garbage; the size of its heap in bytes, where that can be had.</param>
sealed record ScenarioRun(RunSettings Settings, Clients Clients, ServerProcesses Server, Figures Figures, Func<double> Collect)
{
    /// <summary>How many share a topic where it does not matter.</summary>
    public const int PerTopic = 10;

    public IReadOnlyList<int> Sizes => Settings.Scenario.Sizes;

    public Usage Usage() => Generator.Usage.Of(Server);

    public static Action<ScenarioRun> Of(string kind) => kind switch
    {
        "idle" => IdleScenario.Run,
        "echo" => EchoScenario.Run,
        "fanout" => FanoutScenario.Run,
        "chat" => ChatScenario.Run,
        "storm" => StormScenario.Run,
        "fair" => FairScenario.Run,
        "slow" => SlowScenario.Run,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
