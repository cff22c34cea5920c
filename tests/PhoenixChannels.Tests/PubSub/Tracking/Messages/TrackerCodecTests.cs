using CsCheck;
using PhoenixChannels.Tests.Broadcasting.Tracking.State;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.Messages;

public class TrackerCodecTests
{
    static readonly ReplicaId s_sender = new("nöde", ulong.MaxValue);

    [Test]
    public void Every_kind_of_message_survives()
    {
        var state = States.New("a");
        state.Join("room:1", "ké", 1, "{\"x\":1}");
        state.Join("room:2", "", long.MaxValue, "");
        state.Join("room:1", "k", 1, new string('m', 1000));
        state.Leave("room:2", "", long.MaxValue);
        var clock = new Dictionary<ReplicaId, long> { [s_sender] = 7, [new("b", 0)] = 1L << 59 };

        var heartbeat = Sent(new(MessageKind.Heartbeat, s_sender) { Clock = clock, Delta = state.Delta });
        Assert.That((heartbeat.Kind, heartbeat.Sender, heartbeat.IsWhole), Is.EqualTo((MessageKind.Heartbeat, s_sender, false)));
        Assert.That(heartbeat.Clock, Is.EqualTo(clock));
        Assert.That(States.Describe(heartbeat.Delta!), Is.EqualTo(States.Describe(state.Delta)));
        Assert.That(Sent(new(MessageKind.Heartbeat, s_sender) { Clock = [] }).Delta, Is.Null);

        Assert.That(Sent(new(MessageKind.TransferRequest, s_sender) { Clock = clock }).Clock, Is.EqualTo(clock));
        var whole = Sent(new(MessageKind.State, s_sender) { Delta = state.Delta, IsWhole = true });
        Assert.That((whole.IsWhole, States.Describe(whole.Delta!)), Is.EqualTo((true, States.Describe(state.Delta))));
        Assert.That(Sent(new(MessageKind.Leaving, s_sender)).Kind, Is.EqualTo(MessageKind.Leaving));
        Assert.That(Sent(new(MessageKind.Superseded, s_sender) { Superseded = (1, ulong.MaxValue) }).Superseded, Is.EqualTo((1UL, ulong.MaxValue)));

        var chunks = DeltaChunks.Split(state.Delta, 100);
        Assert.That(chunks, Has.Count.GreaterThan(1));
        Assert.That(States.Sent(chunks[^1]).Parts.Single().LiveElsewhere!.ToString(), Is.EqualTo(chunks[^1].Parts.Single().LiveElsewhere!.ToString()));
    }

    [Test]
    public void An_entry_costs_little_more_than_its_text()
    {
        var state = States.New("a");
        for (var i = 0; i < 100; i++) state.Join("room:lobby", $"user:{i:000}", i, "{\"phx_ref\":\"F1abcdefgh\"}");
        var bytes = TrackerCodec.Write(new(MessageKind.State, s_sender) { Delta = state.Delta }).Length;
        Assert.That(bytes / 100.0, Is.LessThan(8 + 24 + 6));
    }

    [Test]
    public void Another_version_and_an_unknown_kind_are_not_read()
    {
        var bytes = TrackerCodec.Write(new(MessageKind.Leaving, s_sender));
        Assert.That(TrackerCodec.TryRead(bytes), Is.Not.Null);
        Assert.That(TrackerCodec.TryRead([2, .. bytes[1..]]), Is.Null);
        Assert.That(TrackerCodec.TryRead([bytes[0], 0, .. bytes[2..]]), Is.Null);
        Assert.That(TrackerCodec.TryRead([bytes[0], 6, .. bytes[2..]]), Is.Null);
        Assert.That(TrackerCodec.TryRead([.. bytes, 0]), Is.Null, "with something after it");
        Assert.That(TrackerCodec.TryRead([]), Is.Null);
    }

    [Test]
    public void A_message_cut_short_is_not_read()
    {
        var bytes = Example();
        for (var length = 0; length < bytes.Length; length++) Assert.That(TrackerCodec.TryRead(bytes.AsSpan(0, length)), Is.Null, $"{length} of {bytes.Length}");
    }

    [Test]
    public void Hostile_bytes_neither_throw_nor_cost_more_than_they_are() => Gen.Select(Gen.Int[0, 2], Gen.Byte.Array[0, 300], Gen.Int[0, int.MaxValue]).Sample((start, noise, seed) =>
    {
        var bytes = start switch
        {
            0 => noise,
            1 => [TrackerCodec.CurrentVersion, (byte)(1 + (noise.Length % 5)), .. noise],
            _ => Damaged(Example(), noise, new(seed)),
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = TrackerCodec.TryRead(bytes);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4096 + (bytes.Length * 200)));
        if (message?.Delta is null) return;
        var state = States.New("state");
        foreach (var part in message.Delta.Parts) state.Up(part.Id);
        state.Merge(message.Delta, new());
        var generations = new DeltaGenerations([10]);
        generations.Push(message.Delta);
        TrackerCodec.Write(new(MessageKind.State, s_sender) { Delta = state.Extract("other", state.Clock()) });
    }, iter: 20_000);

    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 })]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x07 })]
    public void A_length_that_promises_too_much_is_not_believed(byte[] length) =>
        Assert.That(TrackerCodec.TryRead([TrackerCodec.CurrentVersion, (byte)MessageKind.TransferRequest, 1, (byte)'n', 1, .. length, 1, 1, 1]), Is.Null);

    [Test]
    public void A_range_without_end_is_taken_in_no_time()
    {
        var delta = new Delta();
        var part = delta.GetOrAdd(States.Id("a"));
        part.Known.Add(new DotRange(1, TrackerReader.MaxDot));
        part.LiveElsewhere = new();
        part.LiveElsewhere.Add(new DotRange(1, TrackerReader.MaxDot - 1));
        var state = States.New("b");
        state.Up(States.Id("a"));
        Assert.That(state.MergeDelta(delta).IsEmpty, Is.True);
        Assert.That(state.Clock()[States.Id("a")], Is.Zero);
    }

    static TrackerMessage Sent(TrackerMessage message) => TrackerCodec.TryRead(TrackerCodec.Write(message))!;

    static byte[] Example()
    {
        var (a, b) = (States.New("a"), States.New("b"));
        b.Up(a.Self);
        for (var i = 0; i < 5; i++) a.Join("room:1", $"user:{i}", i);
        a.Leave("room:1", "user:2", 2);
        b.Join("room:2", "user", 1);
        b.MergeAll(a);
        return TrackerCodec.Write(new(MessageKind.Heartbeat, b.Self) { Clock = b.Clock(), Delta = DeltaChunks.Split(b.Extract("c", b.Clock()), 20)[^1] });
    }

    static byte[] Damaged(byte[] bytes, byte[] noise, Random random)
    {
        foreach (var value in noise.AsSpan(0, Math.Min(noise.Length, 8))) bytes[random.Next(bytes.Length)] = value;
        return bytes;
    }
}
