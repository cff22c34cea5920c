namespace PhoenixChannels.Benchmarks.Transactions;

/// <summary>Writers side by side, which broadcast on a topic each or all on the same.</summary>
sealed record Scenario(int Writers, int Topics)
{
    public const int MostTopics = 64;

    public static IReadOnlyList<Scenario> All { get; } = [new(1, 1), new(16, 16), new(16, 1), new(64, MostTopics), new(64, 1)];

    /// <summary>Its counterpart without broadcasts, where topics make no difference.</summary>
    public Scenario Reference => this with { Topics = 1 };

    public override string ToString() => $"{Writers}:{Topics}";
}
