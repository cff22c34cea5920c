namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>How often and how long something is measured; times in seconds.</summary>
sealed record Pace(int Rounds, double WarmUp, double Seconds)
{
    public static Pace Full { get; } = new(3, 2, 4);

    /// <summary>Says whether something is badly off, not how good it is.</summary>
    public static Pace Quick { get; } = new(1, 0.5, 0.5);

    public override string ToString() => FormattableString.Invariant($"{(Rounds == 1 ? "One round" : $"Medians of {Rounds} rounds")}, of {Seconds} s a measurement.");
}
