using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class ArrivalsTests
{
    [Test]
    public async Task What_is_still_on_its_way_is_waited_for()
    {
        var arrivals = new Arrivals();
        arrivals.Add(1_000_000);
        var collecting = arrivals.CollectAsync(2);
        Assert.That(collecting.IsCompleted, Is.False);
        arrivals.Add(3_000_000);
        var arrived = await collecting;
        Assert.That((arrived.Messages, arrived.P50, arrived.P99), Is.EqualTo((2, 1000d, 3000d)).Within(5));
    }

    [Test]
    public async Task What_has_been_collected_counts_no_more()
    {
        var arrivals = new Arrivals();
        arrivals.Add(9_000_000);
        await arrivals.CollectAsync(1);
        arrivals.Add(1_000_000);
        var arrived = await arrivals.CollectAsync(1);
        Assert.That(arrived.Messages, Is.EqualTo(1));
        Assert.That(arrived.P99, Is.EqualTo(1000).Within(5));
    }
}
