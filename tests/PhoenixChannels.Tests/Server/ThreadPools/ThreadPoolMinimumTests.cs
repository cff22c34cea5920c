using PhoenixChannels.Hosting;

namespace PhoenixChannels.Tests.Server.ThreadPools;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ThreadPoolMinimumTests
{
    readonly object _one = new(), _other = new();
    readonly ThreadPoolMinimum _minimum;
    int _threads = 2, _most = 100;

    public ThreadPoolMinimumTests() => _minimum = new(() => _threads, Set);

    [Test]
    public void The_most_that_any_guard_wants_counts_and_in_the_end_it_is_what_it_was()
    {
        _minimum.Want(_one, 8);
        Assert.That((_threads, _minimum.Floor), Is.EqualTo((10, 2)));
        _minimum.Want(_other, 4);
        Assert.That((_threads, _minimum.Floor), Is.EqualTo((10, 2)));
        _minimum.Want(_one, 0);
        Assert.That(_threads, Is.EqualTo(6));
        _minimum.Want(_other, 0);
        Assert.That((_threads, _minimum.Floor), Is.EqualTo((2, 2)));
    }

    [Test]
    public void A_minimum_that_the_application_sets_meanwhile_is_kept()
    {
        _minimum.Want(_one, 8);
        _threads = 50;
        _minimum.Want(_one, 12);
        Assert.That((_threads, _minimum.Floor), Is.EqualTo((62, 50)));
        _minimum.Want(_one, 0);
        Assert.That(_threads, Is.EqualTo(50));
    }

    [Test]
    public void A_pool_whose_maximum_is_lower_stays_as_it_is()
    {
        _most = 8;
        _minimum.Want(_one, 8);
        Assert.That((_threads, _minimum.Floor), Is.EqualTo((2, 2)));
        _minimum.Want(_one, 4);
        Assert.That(_threads, Is.EqualTo(6));
        _minimum.Want(_one, 0);
        Assert.That(_threads, Is.EqualTo(2));
    }

    bool Set(int threads)
    {
        if (threads > _most) return false;
        _threads = threads;
        return true;
    }
}
