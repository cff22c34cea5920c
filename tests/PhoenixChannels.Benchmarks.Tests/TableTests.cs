using PhoenixChannels.Benchmarks.Load.Report;
using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class TableTests
{
    [Test]
    public void A_figure_stands_beside_its_ratio_to_the_reference()
    {
        var results = new Results();
        results.Add("bare", "one", new Dictionary<string, double> { ["rate"] = 2000, ["time"] = 8, ["lost"] = 0 });
        results.Add("ours", "one", new Dictionary<string, double> { ["rate"] = 3000, ["time"] = 2, ["lost"] = 0 });
        results.Add("ours", "many", new Dictionary<string, double> { ["rate"] = 500 });
        using var output = new StringWriter { NewLine = "\n" };
        var table = new Table(results, output, ("rate", "messages/s", 0), ("time", "ms", 1), ("lost", "lost", 0));
        table.WriteHead("by", "callers");
        table.WriteRow(("ours", "one"), ("bare", "one"), "ours", "1");
        table.WriteRow(("bare", "one"), ("bare", "one"), "bare", "1");
        table.WriteRow(("ours", "many"), ("bare", "many"), "ours", "16");
        Assert.That(output.ToString(), Is.EqualTo("""

            | by | callers | messages/s | ms | lost |
            |---|---|--:|--:|--:|
            | ours | 1 | 3,000 (× 1.50) | 2.0 (× 0.25) | 0 |
            | bare | 1 | 2,000 | 8.0 | 0 |
            | ours | 16 | 500 |  |  |

            """));
    }
}
