using BenchmarkDotNet.Running;
using PhoenixChannels.Benchmarks;
using PhoenixChannels.Benchmarks.Broadcasts;
using PhoenixChannels.Benchmarks.Growth;
using PhoenixChannels.Benchmarks.Load;
using PhoenixChannels.Benchmarks.Load.Generator;
using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Presences;
using PhoenixChannels.Benchmarks.Servers;
using PhoenixChannels.Benchmarks.Transactions;

switch (args)
{
    case ["presence"]:
        await PresenceReport.RunAsync(Console.Out);
        return 0;
    case ["growth"]:
        GrowthReport.Run(Console.Out);
        return 0;
    case ["load", .. var options]:
        return await LoadCommand.RunAsync(options, Console.Out, Console.Error);
    case [GeneratorProcess.Mode, .. var settings]:
        return GeneratorCommand.Run(settings);
    case ["pubsub", .. var options]:
        return await PubSubCommand.RunAsync(options, Console.Out, Console.Error);
    case ["transactions", .. var options]:
        return await TransactionsCommand.RunAsync(options, Console.Out, Console.Error);
    case [NodeCommand.Mode, var kind, var connectionString]:
        return await NodeCommand.RunAsync(kind, connectionString, Console.In, Console.Out);
    case ["server", var kind]:
        return await ServerCommand.RunAsync(kind);
    case ["micro", ..]:
        string[] filter = args.Length > 1 ? [.. args[1..].Select(name => $"*{name}*")] : ["*"];
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--filter", .. filter], MicroConfig.Create());
        return 0;
    default:
        Console.Error.WriteLine("""
            Give one of these:
              presence          what a presence costs by the size of its topic
              growth            what one more subscription costs by the number of those that there are, up to a million
              micro [name ...]  micro-benchmarks, all or those with one of these names in them, such as Decode
              load [options]    servers under load over real sockets, compared in one table; --help says what can be chosen
              pubsub            [--engine E] [--quick]: what PubSub makes of an engine, beside what its driver alone makes of it
              transactions      [--quick] [--fsync on|off]: what a broadcast adds to a transaction in PostgreSQL
              server KIND       one of the servers of load, where PORT says
            """);
        return 1;
}
