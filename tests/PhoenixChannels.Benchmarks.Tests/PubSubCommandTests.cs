using PhoenixChannels.Benchmarks.Broadcasts;
using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Transactions;

namespace PhoenixChannels.Benchmarks.Tests;

/// <summary>The whole commands, with nodes in processes of their own: what they measure in so short a time means nothing, but nothing may be lost.</summary>
public sealed class PubSubCommandTests
{
    static readonly Pace s_brief = new(Rounds: 1, WarmUp: 0.05, Seconds: 0.05);

    [TestCaseSource(nameof(Engines))]
    public async Task What_is_sent_over_an_engine_arrives_and_is_compared_with_the_driver_alone(string name)
    {
        var engine = Engine.All.Single(engine => engine.Name == name);
        var table = await RunAsync(output => PubSubCommand.MeasureAsync(new([engine], s_brief), output, TextWriter.Null));
        const string Figure = @" [\d,.]+ \(× [\d,.]+\) \|", Alone = @" [\d,.]+ \|";
        foreach (var callers in new[] { 1, 16, 256 })
            Assert.That(table, Does.Match($@"\| {name} \| {callers} \| PubSub \|({(engine.Bare is null ? Alone : Figure)}){{3}} 0 \|"));
        if (engine.Bare is null) return;
        Assert.That(table, Does.Match($@"\| {name} \| PubSub \| 0 \| [\d,.]+ "));
        foreach (var nodes in new[] { 1, 2, 4 })
            Assert.That(table, Does.Match($@"\| {name} \| {nodes} \| PubSub \|({Figure}){{2}} 0 \|").And.Match($@"\| {name} \| {nodes} \| bare \|({Alone}){{2}} 0 \|"));
    }

    [Test]
    public async Task What_is_broadcast_with_a_transaction_arrives_and_is_compared_with_a_transaction_without_it()
    {
        var table = await RunAsync(output => TransactionsCommand.MeasureAsync(new TransactionsArguments(Fsync: false, s_brief), output, TextWriter.Null));
        Assert.That(table, Does.Contain("fsync=off"));
        foreach (var mode in Enum.GetNames<TransactionMode>())
            foreach (var scenario in Scenario.All)
                Assert.That(table, Does.Match($@"\| {scenario.Writers} \| {scenario.Topics} \| {mode} \|( [\d,.]+ \(× [\d,.]+\) \|){{3}}( [\d,.]+ \|){{2}} 0 \|"));
    }

    [Test]
    public async Task What_is_not_known_ends_with_the_code_of_a_wrong_command()
    {
        using var complaints = new StringWriter();
        Assert.That(await PubSubCommand.RunAsync(["--engine", "pigeons"], TextWriter.Null, complaints), Is.EqualTo(2));
        Assert.That(await TransactionsCommand.RunAsync(["--fsync"], TextWriter.Null, complaints), Is.EqualTo(2));
        Assert.That(complaints.ToString(), Does.Contain("pigeons").And.Contain("--fsync on|off"));
    }

    static IEnumerable<string> Engines() => Engine.All.Select(engine => engine.Name);

    static async Task<string> RunAsync(Func<TextWriter, Task> run)
    {
        using var output = new StringWriter();
        await run(output);
        return output.ToString();
    }
}
