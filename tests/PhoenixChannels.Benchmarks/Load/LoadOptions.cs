using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>The command line of the load command.</summary>
sealed record LoadOptions
{
    public bool Help { get; private init; }

    public bool Quick { get; private init; }

    public int Repeat { get; private init; } = 1;

    public double Seconds { get; private init; }

    public double WarmUp { get; private init; }

    public int? ServerCore { get; private init; } = 0;

    public int? GeneratorCore { get; private init; } = 1;

    public string? Reference { get; private init; }

    public string? Folder { get; private init; }

    public IReadOnlyList<ServerSpec> Servers { get; private init; } = [];

    public IReadOnlyList<ScenarioSpec> Scenarios { get; private init; } = [];

    /// <summary>For every server.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private init; } = new Dictionary<string, string>();

    public static string HelpText { get; } = $"""
        load [options]: the servers, one after the other and each in a process of its own, under load over real sockets; one table of ratios.

          --quick               short runs: says whether something is badly off, not how good it is
          --repeat N            every run N times, in turn (A B A B); the table has the medians
          --scenarios A,B       which, of {string.Join(", ", ScenarioSpec.Kinds)}; all when left out
          --scenario A:SIZES    one of a size of its own, or of several (fanout:100,500); may be repeated
          --server SERVER       instead of this program's own; may be repeated
          --reference LABEL     the server that shares are of; the ceiling, else the first
          --env NAME=VALUE      for every server; may be repeated
          --seconds S           of a measurement (8; quick: 3), and --warm-up S before it (3; quick: 1.2)
          --server-core N       (0), and --generator-core N (1); "none" to leave it to the system
          --keep FOLDER         keeps what every run has written

        A SERVER is one of this program's own ({string.Join(", ", Benchmarks.Servers.ServerCommand.Kinds)}); a variant of one, LABEL:KIND:NAME=VALUE,NAME=VALUE; or any command that listens on
        127.0.0.1 where PORT says and then writes READY: LABEL=COMMAND, or LABEL:signalr=COMMAND for SignalR's protocol. What variants vary:

          OUTBOX_BYTES (1048576), BACKLOG (4096), GUARD (1; 0 for no thread-pool guard), and whatever .NET reads, of which all servers have
          {string.Join(", ", ServerProcess.Settings.Select(one => $"{one.Key}={one.Value}"))}

        Scenarios and their sizes; sizes that are left out are these:

        {string.Join("\n", ScenarioSpec.Kinds.Select(kind => $"  {ScenarioSpec.Form(kind),-34}{ScenarioSpec.Defaults(kind, quick: false)}   (quick: {ScenarioSpec.Defaults(kind, quick: true)})"))}
        """;

    public static LoadOptions Parse(string[] arguments)
    {
        var quick = arguments.Contains("--quick");
        var options = new LoadOptions { Quick = quick, Seconds = quick ? 3 : 8, WarmUp = quick ? 1.2 : 3 };
        List<ServerSpec> servers = [];
        List<ScenarioSpec> scenarios = [];
        Dictionary<string, string> environment = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            switch (name)
            {
                case "--help" or "-h":
                    options = options with { Help = true };
                    break;
                case "--quick":
                    break;
                case "--repeat":
                    options = options with { Repeat = int.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--seconds":
                    options = options with { Seconds = double.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--warm-up":
                    options = options with { WarmUp = double.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--server-core":
                    options = options with { ServerCore = Core() };
                    break;
                case "--generator-core":
                    options = options with { GeneratorCore = Core() };
                    break;
                case "--reference":
                    options = options with { Reference = Value() };
                    break;
                case "--keep":
                    options = options with { Folder = Value() };
                    break;
                case "--scenarios":
                    scenarios.AddRange(Value().Split(',').SelectMany(kind => ScenarioSpec.Parse(kind, quick)));
                    break;
                case "--scenario":
                    scenarios.AddRange(ScenarioSpec.Parse(Value(), quick));
                    break;
                case "--server":
                    servers.Add(ServerSpec.Parse(Value()));
                    break;
                case "--env":
                    var (variable, value) = ServerSpec.ParseVariable(Value());
                    environment[variable] = value;
                    break;
                default:
                    throw new FormatException($"There is no option \"{name}\". See --help.");
            }

            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");

            int? Core() => Value() is var text && text == "none" ? null : int.Parse(text, CultureInfo.InvariantCulture);
        }

        if (servers.Count == 0) servers.AddRange(Benchmarks.Servers.ServerCommand.Kinds.Select(ServerSpec.Parse));
        if (scenarios.Count == 0) scenarios.AddRange(ScenarioSpec.Kinds.SelectMany(kind => ScenarioSpec.Parse(kind, quick)));
        if (servers.DistinctBy(server => server.Label).Count() < servers.Count) throw new FormatException("Two servers have the same label.");
        var reference = options.Reference ?? (servers.FirstOrDefault(server => server.Kind == "ceiling") ?? servers[0]).Label;
        if (servers.All(server => server.Label != reference)) throw new FormatException($"No server has the label \"{reference}\".");
        return options with { Servers = servers, Scenarios = scenarios, Environment = environment, Reference = reference };
    }
}
