using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class NodeWatchTests
{
    static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);

    MovableTime _time = null!;
    NodeWatch _watch = null!;
    List<Beacon> _sent = null!;
    DateTimeOffset _start;

    [SetUp]
    public void Create()
    {
        _time = new();
        _start = _time.GetUtcNow();
        _sent = [];
        _watch = new("me", _time, s_period, beacon => _sent.Add(beacon()), new PubSubMetrics(null), NullLogger.Instance);
        _watch.Start();
    }

    [TearDown]
    public void Dispose() => _watch.Dispose();

    [Test]
    public void Nothing_is_missed_while_the_connection_lasts()
    {
        _watch.Connected();
        HandBackFor(TimeSpan.FromMinutes(1));
        Assert.That((_watch.IsConnected, Status.IsConnected, Status.Problem), Is.EqualTo((true, true, (string?)null)));
        Assert.That(Status.Gaps, Is.Empty);
    }

    [Test]
    public void A_node_asks_the_others_when_it_is_connected_and_then_says_that_it_is_there()
    {
        _watch.Connected();
        _time.Advance(s_period);
        _time.Advance(s_period);
        Assert.That(_sent, Is.EqualTo(new[] { new Beacon(true, TimeSpan.Zero), new(false, s_period), new(false, 2 * s_period) }));
    }

    [Test]
    public void A_lost_connection_is_a_gap_from_the_last_proof_until_it_is_back()
    {
        _watch.Connected();
        HandBackFor(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(1));
        _watch.Disconnected("as told");
        _watch.Disconnected("again");
        Assert.That(Status.Gaps, Is.EqualTo(new[] { new PubSubGap(After(10), null, null, 0) }));
        Assert.That((Status.IsConnected, Status.Problem), Is.EqualTo((false, "again")));
        _time.Advance(TimeSpan.FromSeconds(30));
        _watch.Connected();
        Assert.That(Status.Gaps, Is.EqualTo(new[] { new PubSubGap(After(10), After(41), null, 0) }));
        Assert.That((Status.IsConnected, Status.Problem), Is.EqualTo((true, (string?)null)));
    }

    [Test]
    public void No_beacon_is_sent_while_the_connection_is_lost()
    {
        _watch.Connected();
        _watch.Disconnected("as told");
        _sent.Clear();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_sent, Is.Empty);
    }

    [Test]
    public void An_engine_that_is_away_at_the_start_is_a_gap_from_the_start_on()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        _watch.Disconnected("as told");
        _time.Advance(TimeSpan.FromSeconds(3));
        _watch.Connected();
        Assert.That(Status.Gaps, Is.EqualTo(new[] { new PubSubGap(After(0), After(6), null, 0) }));
    }

    [Test]
    public void A_connection_that_is_there_but_brings_nothing_is_a_gap()
    {
        _watch.Connected();
        HandBackFor(TimeSpan.FromSeconds(10));
        _time.Advance(3 * s_period);
        Assert.That(Status.IsConnected, Is.True);
        _time.Advance(s_period);
        Assert.That((_watch.IsConnected, Status.IsConnected), Is.EqualTo((false, false)));
        Assert.That(Status.Problem, Does.Contain("does not come back"));
        Assert.That(Status.Gaps, Is.EqualTo(new[] { new PubSubGap(After(10), null, null, 0) }));
        HandBack(_sent[^1]);
        Assert.That(Status.IsConnected, Is.True);
        Assert.That(Status.Gaps, Is.EqualTo(new[] { new PubSubGap(After(10), After(18), null, 0) }));
    }

    [Test]
    public void A_proof_that_was_long_on_its_way_ends_no_silence()
    {
        _watch.Connected();
        HandBackFor(TimeSpan.FromSeconds(10));
        var late = _sent[^1];
        _time.Advance(5 * s_period);
        HandBack(late);
        Assert.That(Status.IsConnected, Is.False);
        HandBack(_sent[^1]);
        Assert.That(Status.IsConnected, Is.True);
        Assert.That(Status.Gaps, Has.Count.EqualTo(1));
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void A_clock_that_is_set_makes_no_gap_and_hides_none(int hours)
    {
        _watch.Connected();
        HandBackFor(TimeSpan.FromSeconds(10));
        _time.Offset = TimeSpan.FromHours(hours);
        HandBackFor(TimeSpan.FromSeconds(10));
        Assert.That(Status.Gaps, Is.Empty);
        _time.Advance(4 * s_period);
        Assert.That(Status.IsConnected, Is.False);
    }

    [Test]
    public void A_node_that_has_stopped_is_not_connected()
    {
        _watch.Connected();
        _watch.Stop();
        Assert.That((Status.IsConnected, Status.Problem), Is.EqualTo((false, "It has stopped.")));
    }

    [Test]
    public void An_adapter_that_hands_nothing_back_is_believed()
    {
        _watch.Connected();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Status.IsConnected, Is.True);
        Assert.That(Status.Gaps, Is.Empty);
    }

    [Test]
    public void The_application_hears_of_gaps_and_what_its_handler_throws_harms_nobody()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<PubSubGap>();
        _watch.GapFound += _ => throw new InvalidOperationException("as told");
        _watch.GapFound += heard.Enqueue;
        _watch.Connected();
        _watch.Disconnected("as told");
        _watch.Connected();
        Assert.That(() => heard.Count, Is.EqualTo(1).After(5000, 5));
        Receive("a", 1);
        Receive("a", 4);
        Assert.That(() => heard.Count, Is.EqualTo(2).After(5000, 5));
        Assert.That(heard.Last(), Is.EqualTo(new PubSubGap(_start, _start, "a", 2)));
    }

    [Test]
    public void Another_node_of_this_name_is_a_problem()
    {
        _watch.Connected();
        var envelope = new Envelope { Node = "me"u8, Incarnation = 8, Sequence = 0, IsBeacon = true, Topic = default, Event = default, Payload = default };
        _watch.Take(envelope, new(false, TimeSpan.Zero), isOwn: false, isOwnName: true);
        Assert.That((Status.IsConnected, Status.Problem), Is.EqualTo((true, "Another node is named 'me', too.")));
        _time.Advance(4 * s_period);
        Assert.That(Status.Problem, Is.Null, "until it is heard no more");
    }

    [Test]
    public void The_latest_hundred_gaps_are_kept_and_the_open_one_among_them()
    {
        _watch.Connected();
        _watch.Disconnected("as told");
        for (var n = 1ul; n < 500; n += 2) Receive("a", n);
        Assert.That(Status.Gaps, Has.Count.EqualTo(100));
        Assert.That(Status.Gaps.Count(gap => gap.To is null), Is.EqualTo(1));
    }

    PubSubStatus Status => _watch.Status(0);

    DateTimeOffset After(int seconds) => _start.AddSeconds(seconds);

    void Receive(string node, ulong sequence) =>
        _watch.Numbers.Take(new Envelope { Node = node.Utf8(), Incarnation = 1, Sequence = sequence, Topic = default, Event = default, Payload = default });

    void HandBackFor(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += s_period)
        {
            _time.Advance(s_period);
            HandBack(_sent[^1]);
        }
    }

    void HandBack(Beacon beacon) =>
        _watch.Take(new Envelope { Node = "me"u8, Incarnation = 7, Sequence = 0, IsBeacon = true, Topic = default, Event = default, Payload = default }, beacon, isOwn: true, isOwnName: true);

    /// <summary>Its clock on the wall can be set, which the other one knows nothing of.</summary>
    sealed class MovableTime : FakeTimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
