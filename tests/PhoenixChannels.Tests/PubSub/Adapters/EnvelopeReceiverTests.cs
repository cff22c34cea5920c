using System.Diagnostics.Metrics;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PhoenixChannels.Adapters;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class EnvelopeReceiverTests
{
    readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    readonly List<Broadcast> _delivered = [];
    ServiceProvider _services = null!;
    MetricRecorder _metrics = null!;
    EnvelopeReceiver _receiver = null!;

    [SetUp]
    public void CreateReceiver()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        _metrics = new(factory);
        _delivered.Clear();
        _receiver = new("me", 7, _delivered.Add, new PubSubMetrics(factory), NullLogger.Instance, _json);
    }

    [TearDown]
    public void DisposeServices()
    {
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
    public void A_gap_in_a_senders_numbers_is_counted()
    {
        foreach (var sequence in new ulong[] { 5, 6, 9, 10, 20 }) Receive("a", 1, sequence);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((2 + 9, 5)));
    }

    [Test]
    public void Senders_and_their_lives_are_counted_apart()
    {
        Receive("a", 1, 100);
        Receive("b", 1, 1);
        Receive("a", 2, 50);
        Receive("b", 1, 2);
        Receive("a", 2, 51);
        Assert.That(Missed, Is.Zero);
        Receive("a", 2, 53);
        Assert.That(Missed, Is.EqualTo(1));
    }

    [Test]
    public void Uncounted_and_repeated_envelopes_are_no_gaps()
    {
        Receive("a", 1, 5);
        Receive("a", 1, 0);
        Receive("a", 1, 5);
        Receive("a", 1, 4);
        Receive("a", 1, 6);
        Assert.That((Missed, _delivered.Count), Is.EqualTo((0, 5)));
    }

    [Test]
    public void Payloads_carry_the_options_of_this_node_and_their_own_bytes()
    {
        var bytes = new Envelope { Node = "a", Incarnation = 1, Sequence = 1, Topic = "t", Event = "e", IsBinary = false, Payload = """{"user_name":"ann"}"""u8 }.ToArray();
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

    void Receive(string node, ulong incarnation, ulong sequence) => _receiver.Receive(
        new Envelope { Node = node, Incarnation = incarnation, Sequence = sequence, Topic = "t", Event = "e", IsBinary = false, Payload = "{}"u8 }.ToArray());

    sealed record User(string? UserName);
}
