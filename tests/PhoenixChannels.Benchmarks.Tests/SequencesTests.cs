using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class SequencesTests
{
    [TestCase("1 2 3", 0, 0)]
    [TestCase("2", 1, 0, Description = "the first is missing")]
    [TestCase("1 4 5", 2, 0)]
    [TestCase("1 3 2 4", 1, 1, Description = "two change places")]
    [TestCase("1 1 2", 0, 1, Description = "one comes twice")]
    [TestCase("3 2 1", 2, 2)]
    public void What_is_missing_is_lost_and_what_goes_back_is_reordered(string numbers, long lost, long reordered)
    {
        var sequences = new Sequences(subscribers: 1, publishers: 1);
        foreach (var number in numbers.Split(' ')) sequences.Observe(0, 0, long.Parse(number, null));
        Assert.That((sequences.Lost, sequences.Reordered), Is.EqualTo((lost, reordered)));
    }

    [Test]
    public void Every_subscriber_and_every_publisher_is_counted_by_itself()
    {
        var sequences = new Sequences(subscribers: 3, publishers: 2);
        for (var number = 1; number <= 5; number++)
            for (var subscriber = 0; subscriber < 3; subscriber++)
                for (var publisher = 0; publisher < 2; publisher++)
                    if ((subscriber, publisher, number) != (1, 1, 3)) sequences.Observe(subscriber, publisher, number);
        Assert.That((sequences.Lost, sequences.Reordered), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_message_accounts_for_those_that_it_overtook()
    {
        var sequences = new Sequences(1, 1);
        Assert.That(new[] { 1, 4, 3, 5 }.Select(number => sequences.Observe(0, 0, number)), Is.EqualTo(new[] { 1, 2, 0, 5 }));
    }
}
