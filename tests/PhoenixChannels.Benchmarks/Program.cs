using BenchmarkDotNet.Running;
using PhoenixChannels.Benchmarks;
using PhoenixChannels.Benchmarks.Presences;

switch (args)
{
    case ["presence"]:
        await PresenceReport.RunAsync(Console.Out);
        return 0;
    case ["micro", ..]:
        string[] filter = args.Length > 1 ? [.. args[1..].Select(name => $"*{name}*")] : ["*"];
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--filter", .. filter], MicroConfig.Create());
        return 0;
    default:
        Console.Error.WriteLine("""
            Give one of these:
              presence          what a presence costs by the size of its topic
              micro [name ...]  micro-benchmarks, all or those with one of these names in them, such as Decode
            """);
        return 1;
}
