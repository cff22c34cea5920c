using System.Net;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>The process that plays all clients of one run. It writes its figures to standard output, and what went wrong to standard error.</summary>
static class GeneratorCommand
{
    /// <summary>What it writes to have the server's garbage collected; the answer is the size of the heap, or nothing.</summary>
    public const string CollectRequest = "collect";

    const int SetTimerSlack = 29, TimerSlackNanoseconds = 1000;

    public static int Run(string[] arguments)
    {
        var settings = RunSettings.FromArguments(arguments);
        var output = Console.Out;
        try
        {
            if (OperatingSystem.IsLinux()) _ = Native.SetOfThread(SetTimerSlack, TimerSlackNanoseconds);
            using var poller = CreatePoller();
            var payload = settings.Scenario is { Kind: "slow", Sizes: [_, var bytes] } ? bytes : 32;
            Wire wire = settings.SignalR ? new SignalRWire(Environment.ProcessId, payload) : new PhoenixWire(Environment.ProcessId, payload);
            var clients = new Clients(new(IPAddress.Loopback, settings.Port), wire, poller);
            var server = new ServerProcesses(settings.ServerProcess);
            var run = new ScenarioRun(settings, clients, server, new(output), () => Collect(settings, output));
            ScenarioRun.Of(settings.Scenario.Kind)(run);
            if (!server.AreAlive) return Complain("The server has ended.");
            if (clients.Failures > 0) return Complain($"{clients.Failures} wrong answers; the first: {clients.FirstFailure}");
            if (clients.ClosedByServer > 0 && settings.Scenario.Kind != "slow") return Complain($"The server closed {clients.ClosedByServer} connections: {clients.FirstFailure}");
            return 0;
        }
        catch (Exception e)
        {
            return Complain($"{e.GetType().Name}: {e.Message}");
        }
    }

    static IPoller CreatePoller() => OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("LOAD_POLLER") != "async" ? new EpollPoller() : new AsyncPoller();

    static double Collect(RunSettings settings, TextWriter output)
    {
        if (!settings.Collects) return double.NaN;
        output.WriteLine(CollectRequest);
        return double.TryParse(Console.In.ReadLine(), null, out var bytes) ? bytes : double.NaN;
    }

    static int Complain(string what)
    {
        Console.Error.WriteLine(what);
        return 1;
    }
}
