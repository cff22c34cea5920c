using PhoenixChannels.Benchmarks.Broadcasts;
using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class PubSubArgumentsTests
{
    [Test]
    public void Without_options_every_engine_is_measured_at_length() =>
        Assert.That(PubSubArguments.Parse([]), Is.EqualTo(new PubSubArguments(Engine.All, Pace.Full)));

    [Test]
    public void One_engine_may_be_measured_quickly()
    {
        var (engines, pace) = PubSubArguments.Parse(["--engine", "linked", "--quick"]);
        Assert.That(engines.Select(engine => engine.Name), Is.EqualTo(new[] { "linked" }));
        Assert.That(pace, Is.EqualTo(Pace.Quick));
    }

    [TestCase("--engine")]
    [TestCase("--engine", "pigeons")]
    [TestCase("--quick", "slowly")]
    public void What_is_not_known_is_refused_with_what_is(params string[] arguments) =>
        Assert.That(() => PubSubArguments.Parse(arguments), Throws.TypeOf<FormatException>().With.Message.Contains("[--engine postgres|"));
}
