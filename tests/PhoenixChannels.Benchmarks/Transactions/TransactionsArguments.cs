using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Transactions;

/// <summary>The command line of the transactions command. A database in production waits for its disk.</summary>
sealed record TransactionsArguments(bool Fsync, Pace Pace)
{
    /// <exception cref="FormatException">Something is not known.</exception>
    public static TransactionsArguments Parse(ReadOnlySpan<string> arguments) => arguments switch
    {
        [] => new(true, Pace.Full),
        ["--quick", .. var rest] => Parse(rest) with { Pace = Pace.Quick },
        ["--fsync", "on", .. var rest] => Parse(rest) with { Fsync = true },
        ["--fsync", "off", .. var rest] => Parse(rest) with { Fsync = false },
        _ => throw new FormatException($"\"{string.Join(' ', arguments!)}\" is not known: transactions [--quick] [--fsync on|off]"),
    };
}
