using PhoenixChannels.Benchmarks.Load.Report;
using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Transactions;

/// <summary>The table of the transactions command.</summary>
static class TransactionsReport
{
    public static void Write(Results results, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("A transaction writes a row, and broadcasts or not. Arrival is at the other node, from when the commit was asked for. × is the figure divided by that without a broadcast.");
        var table = new Table(
            results,
            output,
            ("per_s", "commits/s", 0),
            ("call_p50_ms", "transaction p50 ms", 2),
            ("call_p99_ms", "transaction p99 ms", 2),
            ("p50_ms", "arrival p50 ms", 2),
            ("p99_ms", "arrival p99 ms", 2),
            ("lost", "lost", 0));
        table.WriteHead("writers", "topics", "broadcast");
        foreach (var scenario in Scenario.All)
        {
            var reference = (Messenger.Commit, $"{scenario.Reference}");
            if (scenario.Topics == scenario.Writers) table.WriteRow(reference, reference, $"{scenario.Writers}", "", "none");
            foreach (var (kind, label) in new[] { (Messenger.Notify, nameof(TransactionMode.Notify)), (Messenger.Outbox, nameof(TransactionMode.Outbox)) })
                table.WriteRow((kind, $"{scenario}"), reference, $"{scenario.Writers}", $"{scenario.Topics}", label);
        }
    }
}
