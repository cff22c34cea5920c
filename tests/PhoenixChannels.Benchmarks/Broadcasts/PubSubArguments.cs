using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Broadcasts;

/// <summary>The command line of the pubsub command.</summary>
sealed record PubSubArguments(IReadOnlyList<Engine> Engines, Pace Pace)
{
    static readonly string s_usage = $"pubsub [--engine {string.Join('|', Engine.All.Select(engine => engine.Name))}] [--quick]";

    /// <exception cref="FormatException">Something is not known.</exception>
    public static PubSubArguments Parse(ReadOnlySpan<string> arguments) => arguments switch
    {
        [] => new(Engine.All, Pace.Full),
        ["--quick", .. var rest] => Parse(rest) with { Pace = Pace.Quick },
        ["--engine", var name, .. var rest] when Engine.All.FirstOrDefault(engine => engine.Name == name) is { } engine => Parse(rest) with { Engines = [engine] },
        _ => throw new FormatException($"\"{string.Join(' ', arguments!)}\" is not known: {s_usage}"),
    };
}
