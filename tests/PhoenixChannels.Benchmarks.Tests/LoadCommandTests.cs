using PhoenixChannels.Benchmarks.Load;

namespace PhoenixChannels.Benchmarks.Tests;

/// <summary>The whole command, servers and generator in processes of their own, on any core: what it measures in so short a time means nothing.</summary>
public sealed class LoadCommandTests
{
    static readonly string[] s_brief = ["--seconds", "0.2", "--warm-up", "0.1", "--server-core", "none", "--generator-core", "none"];

    [Test]
    public async Task Every_server_echoes_and_is_compared_with_the_ceiling()
    {
        var table = await RunAsync("--scenario", "echo:3");
        Assert.That(table, Does.Match(@"\| echo:3: ops per CPU-s \| [\d,]+ \| [\d,]+ \([\d,]+ %\) \| [\d,]+ \([\d,]+ %\) \| [\d,]+ \([\d,]+ %\) \|"));
        Assert.That(table, Does.Contain("In brackets the share of ceiling"));
    }

    [Test]
    public async Task Fan_out_loses_and_reorders_nothing()
    {
        var table = await RunAsync("--scenario", "fanout:5", "--server", "channels", "--server", "signalr");
        Assert.That(table, Does.Match(@"\| fanout:5 x1 \| [^|]* · 0 · 0(\*\*)? \| [^|]* · 0 · 0(\*\*)? \|").And.Match(@"\| fanout:5 x8 \| [^|]* · 0 · 0(\*\*)? \| [^|]* · 0 · 0(\*\*)? \|"));
    }

    [Test]
    public async Task A_server_that_does_not_start_is_a_failure_that_is_reported()
    {
        var (code, table, _) = await TryRunAsync("--scenario", "echo:3", "--server", "broken=echo no licence; exit 3");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(table, Does.Contain("- broken, echo:3: The server did not become ready. no licence"));
    }

    static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, table, progress) = await TryRunAsync(arguments);
        Assert.That(code, Is.Zero, table + progress);
        return table;
    }

    static async Task<(int Code, string Table, string Progress)> TryRunAsync(params string[] arguments)
    {
        using StringWriter output = new(), progress = new();
        var code = await LoadCommand.RunAsync([.. s_brief, .. arguments], output, progress);
        return (code, output.ToString(), progress.ToString());
    }
}
