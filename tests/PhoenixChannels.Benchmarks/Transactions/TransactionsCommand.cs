using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.Benchmarks.Load.Generator;
using PhoenixChannels.Benchmarks.Load.Report;
using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Transactions;

/// <summary>What a broadcast adds to a transaction that writes a row, in both modes, while two nodes listen.</summary>
static class TransactionsCommand
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter progress)
    {
        try
        {
            await MeasureAsync(TransactionsArguments.Parse(arguments), output, progress);
            return 0;
        }
        catch (FormatException e)
        {
            progress.WriteLine(e.Message);
            return 2;
        }
    }

    public static async Task MeasureAsync(TransactionsArguments arguments, TextWriter output, TextWriter progress)
    {
        var (fsync, pace) = arguments;
        var results = new Results();
        var setting = $"fsync={(fsync ? "on" : "off")}";
        await using var server = await PostgresServer.StartAsync("max_connections=200", setting);
        for (var round = 1; round <= pace.Rounds; round++)
            foreach (var kind in new[] { Messenger.Commit, Messenger.Notify, Messenger.Outbox })
            {
                progress.WriteLine($"{kind}, {round} of {pace.Rounds}");
                await MeasureAsync(kind, await server.CreateDatabaseAsync(), pace, results);
            }

        output.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}. {setting}. {pace}");
        TransactionsReport.Write(results, output);
    }

    static async Task MeasureAsync(string kind, string connectionString, Pace pace, Results results)
    {
        await using var node = await NodeProcess.StartAsync(kind, connectionString);
        await node.SubscribeAsync(Scenario.MostTopics);
        foreach (var scenario in Scenario.All)
        {
            if (kind == Messenger.Commit && scenario != scenario.Reference) continue;
            await SendAsync(node, scenario, pace.WarmUp);
            results.Add(kind, $"{scenario}", await SendAsync(node, scenario, pace.Seconds));
        }
    }

    static async Task<Dictionary<string, double>> SendAsync(NodeProcess node, Scenario scenario, double seconds)
    {
        var sent = await node.SendAsync(scenario.Writers, scenario.Topics, seconds);
        Dictionary<string, double> figures = new()
        {
            ["per_s"] = sent.Calls / ((double)(sent.End - sent.Start) / Clock.Second),
            ["call_p50_ms"] = sent.P50 / 1e3,
            ["call_p99_ms"] = sent.P99 / 1e3,
        };
        if (sent.Messages == 0) return figures;
        var arrived = await node.CollectAsync(sent.Messages);
        figures["p50_ms"] = arrived.P50 / 1e3;
        figures["p99_ms"] = arrived.P99 / 1e3;
        figures["lost"] = sent.Messages - arrived.Messages;
        return figures;
    }
}
