using System.Diagnostics.Metrics;
using PhoenixChannels.Tests.Server;
using PhoenixChannels.Tests.Server.Diagnostics;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>What <c>docs/observability.md</c> says of instruments is what there is.</summary>
public class ObservabilityPageTests
{
    [Test]
    public async Task The_page_lists_exactly_the_instruments_that_exist()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var measurements = new MeasurementRecorder(server.Services);
        var page = await File.ReadAllLinesAsync(Path.Combine(CodeBlockTests.Root, "docs", "observability.md"));
        Assert.That(page.Where(line => line.StartsWith("| `phoenixchannels.", StringComparison.Ordinal) && line.Count(c => c == '|') == 5), Is.EqualTo(measurements.Instruments.Select(Row).Order(StringComparer.Ordinal)));
    }

    static string Row(Instrument instrument) => $"| `{instrument.Name}` | {KindOf(instrument)} | `{instrument.Unit}` | {instrument.Description} |";

    static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "UpDownCounter" or "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        "Histogram" => "histogram",
        var other => other,
    };
}
