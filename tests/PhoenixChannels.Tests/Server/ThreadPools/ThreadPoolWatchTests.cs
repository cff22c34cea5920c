using PhoenixChannels.Hosting;

namespace PhoenixChannels.Tests.Server.ThreadPools;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ThreadPoolWatchTests
{
    const int Floor = 2;

    static readonly TimeSpan s_long = ThreadPoolWatch.Tolerance, s_short = ThreadPoolWatch.Tolerance / 2;

    readonly ThreadPoolWatch _watch = new(Floor, processors: 1);

    [Test]
    public void A_pool_that_gets_through_much_work_is_left_alone_however_long_it_waits()
    {
        for (var n = 0; n < 1000; n++) Assert.That(_watch.Look(completed: n * ThreadPoolWatch.Many, pending: 5, threads: 2, s_long), Is.False);
        Assert.That(_watch.Minimum, Is.EqualTo(Floor));
    }

    [Test]
    public void A_pool_in_which_work_does_not_wait_is_left_alone()
    {
        for (var n = 0; n < 1000; n++) Assert.That(_watch.Look(completed: n, pending: 5, threads: 2, s_short), Is.False);
    }

    [Test]
    public void A_pool_that_gets_through_little_while_work_waits_gets_threads()
    {
        for (var n = 0; n < 3; n++) _watch.Look(completed: n * (ThreadPoolWatch.Many - 1), pending: 1, threads: 2, s_long);
        Assert.That(_watch.Minimum, Is.EqualTo(Floor + 1));
    }

    [Test]
    public void A_pool_with_nothing_to_do_is_left_alone()
    {
        for (var n = 0; n < 1000; n++) Assert.That(_watch.Look(completed: 7, pending: 0, threads: 2, s_short), Is.False);
    }

    [Test]
    public void Work_that_waits_while_none_is_finished_gets_threads_in_growing_steps()
    {
        Assert.That(_watch.Look(completed: 7, pending: 1, threads: 2, s_long), Is.False);
        Assert.That(_watch.Look(completed: 7, pending: 1, threads: 2, s_long), Is.False, "it may be a hiccup");
        Assert.That((_watch.Look(completed: 7, pending: 1, threads: 2, s_long), _watch.Minimum), Is.EqualTo((true, 3)), "no more than waits");
        Assert.That((_watch.Look(completed: 7, pending: 100, threads: 3, s_long), _watch.Minimum), Is.EqualTo((true, 11)), "then eight");
        Assert.That((_watch.Look(completed: 7, pending: 100, threads: 3, s_long), _watch.Minimum), Is.EqualTo((true, 27)), "then sixteen");
    }

    [Test]
    public void A_hiccup_gets_none_however_often_it_comes()
    {
        for (var n = 0; n < 1000; n++)
        {
            _watch.Look(completed: n, pending: 5, threads: 2, s_short);
            Assert.That(_watch.Look(completed: n, pending: 5, threads: 2, s_long), Is.False);
        }
    }

    [Test]
    public void What_the_runtime_itself_holds_up_needs_no_threads()
    {
        for (var n = 0; n < 1000; n++) Assert.That(_watch.Look(completed: 7, pending: 5, threads: 2, s_long, isHeldUp: true), Is.False);
    }

    [Test]
    public void Once_work_did_not_wait_the_steps_begin_anew()
    {
        for (var n = 0; n < 3; n++) _watch.Look(completed: 7, pending: 1000, threads: 2, s_long);
        _watch.Look(completed: 8, pending: 1000, threads: 2, s_short);
        for (var n = 0; n < 2; n++) _watch.Look(completed: 8, pending: 1000, threads: 2, s_long);
        Assert.That(_watch.More, Is.EqualTo(4 + 4));
    }

    [Test]
    public void Threads_that_the_pool_has_made_by_itself_count()
    {
        for (var n = 0; n < 2; n++) _watch.Look(completed: 7, pending: 1, threads: 10, s_long);
        Assert.That((_watch.Look(completed: 7, pending: 1, threads: 10, s_long), _watch.Minimum), Is.EqualTo((true, 11)));
    }

    [Test]
    public void It_never_asks_for_more_than_its_bound()
    {
        for (var n = 0; n < 1000; n++) _watch.Look(completed: 7, pending: 1000, threads: 2 + n, s_long);
        Assert.That(_watch.Minimum, Is.EqualTo(Floor + ThreadPoolWatch.MostMore));
        Assert.That(_watch.Look(completed: 7, pending: 1000, threads: 2000, s_long), Is.False);
    }

    [Test]
    public void What_is_not_needed_for_ten_seconds_is_given_back_step_by_step()
    {
        for (var n = 0; n < 4; n++) _watch.Look(completed: 7, pending: 1000, threads: 2, s_long);
        var raised = _watch.Minimum;
        var looks = 0;
        var minima = new List<int>();
        while (_watch.Minimum > Floor)
        {
            looks++;
            if (_watch.Look(completed: 7 + looks, pending: 0, threads: raised, s_short)) minima.Add(_watch.Minimum);
        }

        Assert.That((raised, looks), Is.EqualTo((14, 1500)));
        Assert.That(minima, Is.EqualTo(new[] { 10, 6, 2 }));
    }

    [Test]
    public void Work_that_comes_and_goes_keeps_nothing()
    {
        for (var n = 0; n < 3; n++) _watch.Look(completed: 7, pending: 1, threads: 2, s_long);
        for (var n = 0; n < 499; n++) Assert.That(_watch.Look(completed: 8 + n, pending: 0, threads: 3, s_short), Is.False);
        Assert.That(_watch.Look(completed: 1000, pending: 3, threads: 3, s_long), Is.False, "it is busy, and finishes much");
        Assert.That((_watch.Look(completed: 1001, pending: 0, threads: 3, s_short), _watch.Minimum), Is.EqualTo((true, Floor)));
    }
}
