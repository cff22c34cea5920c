using PhoenixChannels.Benchmarks.Load;
using PhoenixChannels.Benchmarks.Servers;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class LoadOptionsTests
{
    [Test]
    public void Without_options_every_server_is_under_every_scenario()
    {
        var options = LoadOptions.Parse([]);
        Assert.That(options.Servers.Select(server => server.Label), Is.EqualTo(ServerCommand.Kinds));
        Assert.That(options.Scenarios.Select(scenario => scenario.Kind).Distinct(), Is.EqualTo(ScenarioSpec.Kinds));
        Assert.That(options.Reference, Is.EqualTo("ceiling"));
    }

    [Test]
    public void A_variant_of_a_server_has_settings_of_its_own_and_a_command_is_one_with_any_signs()
    {
        var options = LoadOptions.Parse(["--server", "a:channels:GUARD=0,DOTNET_gcServer=1", "--server", "b=X=1 run me:now", "--server", "c:signalr=run", "--env", "BACKLOG=512"]);
        var (variant, command, signalR) = (options.Servers[0], options.Servers[1], options.Servers[2]);
        Assert.That((variant.Label, variant.Kind, variant.Environment["GUARD"], variant.Environment["DOTNET_gcServer"]), Is.EqualTo(("a", "channels", "0", "1")));
        Assert.That((command.Label, command.Kind, command.Command, command.SignalR), Is.EqualTo(("b", (string?)null, "X=1 run me:now", false)));
        Assert.That((signalR.Label, signalR.Command, signalR.SignalR), Is.EqualTo(("c", "run", true)));
        Assert.That((options.Reference, options.Environment["BACKLOG"]), Is.EqualTo(("a", "512")));
    }

    [Test]
    public void Scenarios_take_sizes()
    {
        var options = LoadOptions.Parse(["--scenarios", "echo", "--scenario", "fanout:10,20", "--scenario", "chat:3x4x50"]);
        Assert.That(options.Scenarios.Select(scenario => scenario.Name), Is.EqualTo(new[] { "echo:100", "fanout:10", "fanout:20", "chat:3x4x50" }));
        Assert.That(options.Scenarios[3].Connections, Is.EqualTo(12));
    }

    [TestCase("--server", "nginx")]
    [TestCase("--server", "a:channels:GUARD")]
    [TestCase("--scenario", "sleep")]
    [TestCase("--scenario", "echo:1x2")]
    [TestCase("--scenario", "echo:0")]
    [TestCase("--reference", "nobody")]
    [TestCase("--colour", "red")]
    [TestCase("--repeat")]
    public void What_is_not_known_is_refused(params string[] arguments) => Assert.That(() => LoadOptions.Parse(arguments), Throws.TypeOf<FormatException>());

    [TestCase("idle:19000", "idle:9500")]
    [TestCase("chat:1000x10x500", "chat:950x10x500")]
    [TestCase("fair:9999x10x20", "fair:9490x10x20")]
    [TestCase("echo:100", "echo:100")]
    public void A_scenario_is_cut_down_to_what_the_system_allows(string scenario, string possible) =>
        Assert.That(ScenarioSpec.Parse(scenario, quick: false).Single().CutTo(9500).Name, Is.EqualTo(possible));

    [Test]
    public void A_generator_is_told_what_the_command_was()
    {
        var settings = new RunSettings(4010, 77, SignalR: true, ScenarioSpec.Parse("fair:5x2x20", quick: false).Single(), 1.5, 0.25, Collects: true);
        var told = RunSettings.FromArguments([.. settings.ToArguments()]);
        Assert.That(told with { Scenario = settings.Scenario }, Is.EqualTo(settings));
        Assert.That(told.Scenario.Name, Is.EqualTo("fair:5x2x20"));
    }
}
