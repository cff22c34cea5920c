using PhoenixChannels.Benchmarks.Load.Generator;
using PhoenixChannels.Benchmarks.Load.Report;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class ShareTests
{
    [Test]
    public void More_is_better_whichever_way_a_figure_is_good()
    {
        Assert.That(Share.Of(50, 200, Better.More), Is.EqualTo(0.25));
        Assert.That(Share.Of(50, 200, Better.Less), Is.EqualTo(4));
        Assert.That(Share.Of(50, 200, Better.Neither), Is.Null);
    }

    [Test]
    public void Nothing_is_compared_with_nothing()
    {
        Assert.That(Share.Of(50, null, Better.More), Is.Null);
        Assert.That(Share.Of(50, 0, Better.More), Is.Null);
        Assert.That(Share.Of(0, 50, Better.Less), Is.Null);
        Assert.That(Share.Of(null, 50, Better.Less), Is.Null);
    }

    [Test]
    public void A_median_is_the_middle_or_between_the_two_in_the_middle()
    {
        Assert.That(Share.Median([3]), Is.EqualTo(3));
        Assert.That(Share.Median([9, 1, 2]), Is.EqualTo(2));
        Assert.That(Share.Median([4, 1, 9, 2]), Is.EqualTo(3));
    }

    [Test]
    public void What_neither_server_nor_generator_has_used_is_others()
    {
        var used = new Usage(Wall: 12, Server: 3, Client: 1.5, Busy: 7, SoftInterrupts: 0.5) - new Usage(Wall: 10, Server: 2, Client: 1, Busy: 5, SoftInterrupts: 0.25);
        Assert.That(used.ClientPercentOfServer, Is.EqualTo(50));
        Assert.That(used.OthersPercentOfCore, Is.EqualTo(12.5));
    }
}
