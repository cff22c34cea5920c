using PhoenixChannels.Benchmarks.Nodes;
using PhoenixChannels.Benchmarks.Transactions;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class TransactionsArgumentsTests
{
    [Test]
    public void Without_options_the_database_waits_for_its_disk() => Assert.That(TransactionsArguments.Parse([]), Is.EqualTo(new TransactionsArguments(true, Pace.Full)));

    [Test]
    public void The_disk_may_be_left_out() => Assert.That(TransactionsArguments.Parse(["--fsync", "off", "--quick"]), Is.EqualTo(new TransactionsArguments(false, Pace.Quick)));

    [TestCase("--fsync")]
    [TestCase("--fsync", "sometimes")]
    [TestCase("fast")]
    public void What_is_not_known_is_refused(params string[] arguments) => Assert.That(() => TransactionsArguments.Parse(arguments), Throws.TypeOf<FormatException>());
}
