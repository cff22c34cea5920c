using System.Diagnostics.Metrics;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Tests.Server;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class EnvelopeReceiverTests
{
    readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    readonly FakeTimeProvider _time = new();
    readonly List<Broadcast> _delivered = [];
    readonly List<Beacon> _sent = [];
    ServiceProvider _services = null!;
    MetricRecorder _metrics = null!;
    TopicRegistry _topics = null!;
    NodeWatch _watch = null!;
    EnvelopeReceiver _receiver = null!;

    [SetUp]
    public void CreateReceiver()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        _metrics = new(factory);
        _delivered.Clear();
        _topics = new();
        _topics.Subscribe("t", new Nobody());
        _watch = new("me", _time, TimeSpan.FromSeconds(2), beacon => _sent.Add(beacon()), new PubSubMetrics(factory), NullLogger.Instance);
        _receiver = new("me", 7, _watch, _topics, _delivered.Add, new PubSubMetrics(factory), NullLogger.Instance, _json);
        _watch.Start();
        _receiver.Connected();
    }

    [TearDown]
    public void DisposeServices()
    {
        _watch.Dispose();
        _metrics.Dispose();
        _services.Dispose();
    }

    [Test]
    public void A_nodes_own_envelopes_are_dropped_and_those_of_its_former_self_are_not()
    {
        Receive("me", 7, 1);
        Assert.That(_delivered, Is.Empty);
        Receive("me", 6, 1);
        Receive("you", 7, 1);
        Assert.That(_delivered, Has.Count.EqualTo(2));
    }

    [Test]
    public void An_envelope_that_is_for_its_sender_too_is_delivered_there_and_does_not_count()
    {
        Receive(new Envelope { Node = "me"u8, Incarnation = 7, Sequence = 0, IsToSender = true, Topic = "t"u8, Event = "e"u8, Payload = "{}"u8 });
        Receive("a", 1, 1);
        Receive(new Envelope { Node = "a"u8, Incarnation = 1, Sequence = 0, IsToSender = true, Topic = "t"u8, Event = "e"u8, Payload = "{}"u8 });
        Receive("a", 1, 2);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((0, 4)));
    }

    [Test]
    public void What_nobody_here_has_subscribed_to_is_counted_and_not_delivered()
    {
        Receive("a", 1, 1);
        Receive(new Envelope { Node = "a"u8, Incarnation = 1, Sequence = 2, Topic = "other"u8, Event = "e"u8, Payload = "{}"u8 });
        Receive("a", 1, 3);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((0, 2)));
    }

    [TestCase(85)]
    [TestCase(86)]
    [TestCase(4096)]
    public void Topics_of_any_length_are_found(int length)
    {
        var topic = "\u65e5".Repeat(length);
        _topics.Subscribe(topic, new Nobody());
        Receive(new Envelope { Node = "a"u8, Incarnation = 1, Sequence = 1, Topic = topic.Utf8(), Event = "e"u8, Payload = "{}"u8 });
        Assert.That(_delivered.Single().Topic, Is.EqualTo(topic));
    }

    [Test]
    public void A_gap_in_a_senders_numbers_is_counted()
    {
        foreach (var sequence in new ulong[] { 5, 6, 9, 10, 20 }) Receive("a", 1, sequence);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((2 + 9, 5)));
    }

    [Test]
    public void Senders_and_their_lives_are_counted_apart()
    {
        Receive("a", 1, 100);
        Receive("b", 2, 1);
        Receive("a", 3, 50);
        Receive("b", 2, 2);
        Receive("a", 3, 51);
        Assert.That(Missed, Is.Zero);
        Receive("a", 3, 53);
        Assert.That(Missed, Is.EqualTo(1));
    }

    [Test]
    public void Uncounted_and_repeated_envelopes_are_no_gaps()
    {
        foreach (var sequence in new ulong[] { 5, 0, 5, 4, 6 }) Receive("a", 1, sequence);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((0, 5)));
    }

    [Test]
    public void A_beacon_tells_of_what_was_lost_though_nothing_follows_it()
    {
        Receive("a", 1, 5);
        ReceiveBeacon("a", 1, 8, TimeSpan.FromHours(1));
        ReceiveBeacon("a", 1, 8, TimeSpan.FromHours(1));
        Receive("a", 1, 9);
        Assert.That(Missed, Is.EqualTo(3));
    }

    [TestCase(false, 0)]
    [TestCase(true, 4)]
    public void What_a_node_published_before_it_was_first_heard_is_missed_when_it_came_later_than_this_one(bool isNewer, long missed)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Receive("a", 1, 5);
        Assert.That(Missed, Is.Zero, "not known yet");
        ReceiveBeacon("a", 1, 5, TimeSpan.FromSeconds(isNewer ? 5 : 15));
        ReceiveBeacon("a", 1, 5, TimeSpan.FromSeconds(isNewer ? 5 : 15));
        Assert.That(Missed, Is.EqualTo(missed));
    }

    [TestCase(false, 0)]
    [TestCase(true, 5)]
    public void So_it_is_when_the_beacon_is_the_first_that_is_heard(bool isNewer, long missed)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        ReceiveBeacon("a", 1, 5, TimeSpan.FromSeconds(isNewer ? 5 : 15));
        Receive("a", 1, 6);
        Assert.That(Missed, Is.EqualTo(missed));
    }

    [Test]
    public void A_beacon_that_asks_is_answered_by_one_that_does_not()
    {
        _sent.Clear();
        ReceiveBeacon("a", 1, 0, TimeSpan.Zero, asks: true);
        Assert.That(() => _sent.ToArray(), Is.EqualTo(new[] { new Beacon(false, TimeSpan.Zero) }).After(5000, 5));
    }

    [Test]
    public void An_envelope_of_another_version_is_skipped_and_is_no_gap()
    {
        Receive("a", 1, 5);
        var later = ToArray("a", 1, 6);
        later[0] = Envelope.CurrentVersion + 1;
        _receiver.Receive(later);
        Receive("a", 1, 7);
        Assert.That((Missed, _delivered.Count, _metrics.Sum("phoenixchannels.pubsub.skipped", null)), Is.EqualTo((0, 2, 1)));
    }

    [Test]
    public void Payloads_carry_the_options_of_this_node_and_their_own_bytes()
    {
        var bytes = new Envelope { Node = "a"u8, Incarnation = 1, Sequence = 1, Topic = "t"u8, Event = "e"u8, Payload = """{"user_name":"ann"}"""u8 }.ToArray();
        _receiver.Receive(bytes);
        Array.Clear(bytes);
        Assert.That(_delivered.Single().Payload.Read<User>().UserName, Is.EqualTo("ann"));
    }

    [Test]
    public void Hostile_bytes_are_counted_and_never_throw()
    {
        var skipped = 0;
        Gen.OneOf(Gen.Byte.Array[0, 60], EnvelopeTests.Damaged()).Sample(bytes =>
        {
            if (!Envelope.TryRead(bytes, out _)) skipped++;
            _receiver.Receive(bytes);
        }, iter: 1000, threads: 1);
        Assert.That(_metrics.Sum("phoenixchannels.pubsub.skipped", null), Is.EqualTo(skipped));
        _receiver.Receive(default);
        Assert.That(_metrics.Sum("phoenixchannels.pubsub.skipped", null), Is.EqualTo(skipped + 1));
    }

    long Missed => _metrics.Sum("phoenixchannels.pubsub.missed", null);

    void Receive(string node, ulong incarnation, ulong sequence) => _receiver.Receive(ToArray(node, incarnation, sequence));

    void Receive(in Envelope envelope) => _receiver.Receive(envelope.ToArray());

    void ReceiveBeacon(string node, ulong incarnation, ulong sequence, TimeSpan age, bool asks = false) => Receive(new Envelope
    {
        Node = node.Utf8(),
        Incarnation = incarnation,
        Sequence = sequence,
        IsBeacon = true,
        Topic = default,
        Event = default,
        Payload = new Beacon(asks, age).ToArray(),
    });

    static byte[] ToArray(string node, ulong incarnation, ulong sequence) =>
        new Envelope { Node = node.Utf8(), Incarnation = incarnation, Sequence = sequence, Topic = "t"u8, Event = "e"u8, Payload = "{}"u8 }.ToArray();

    sealed class Nobody : Subscriber
    {
        public override void Deliver(Delivery delivery)
        {
        }
    }

    sealed record User(string? UserName);
}
