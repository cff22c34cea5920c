using CsCheck;
using PhoenixChannels.Adapters;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class EnvelopeTests
{
    static readonly Gen<string> s_text = Gen.String[0, 30].Select(text => text.Utf8().Text());

    static readonly Gen<Sample> s_sample = Gen.Select(s_text, Gen.ULong, Gen.ULong, s_text, s_text, Gen.Bool, Gen.Byte.Array[0, 200],
        (node, incarnation, sequence, topic, name, binary, payload) => new Sample(node, incarnation, sequence, topic, name, binary, payload));

    [Test]
    public void An_envelope_is_read_as_it_was_written() => s_sample.Sample(sample =>
        Envelope.TryRead(sample.ToArray(), out var read)
        && (read.Node.Text(), read.Incarnation, read.Sequence, read.Topic.Text(), read.Event.Text(), read.IsBinary) == (sample.Node, sample.Incarnation, sample.Sequence, sample.Topic, sample.Name, sample.IsBinary)
        && read.Payload.SequenceEqual(sample.Payload), iter: 500);

    [Test]
    public void Hostile_bytes_never_throw() =>
        Gen.OneOf(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 100].Select(bytes => (byte[])[Envelope.CurrentVersion, .. bytes]), Damaged()).Sample(bytes =>
        {
            Envelope.TryRead(bytes, out _);
        }, iter: 3000);

    [Test]
    public void An_envelope_cut_before_its_payload_is_none()
    {
        var sample = new Sample("node", 1, 2, "topic", "event", false, [1, 2, 3]);
        var whole = sample.ToArray();
        for (var length = 0; length < whole.Length; length++)
            Assert.That(Envelope.TryRead(whole.AsSpan(0, length), out _), Is.EqualTo(length >= whole.Length - 3), $"{length} bytes");
    }

    [TestCase(0xffffffffu)]
    [TestCase(0x80000000u)]
    [TestCase(0x7fffffffu)]
    [TestCase(13u)]
    public void A_length_beyond_the_end_is_refused(uint length)
    {
        byte[] bytes = [Envelope.CurrentVersion, .. new byte[17], .. BitConverter.GetBytes(length).Reverse(), .. new byte[12]];
        Assert.That(Envelope.TryRead(bytes, out _), Is.False);
    }

    [Test]
    public void Text_that_is_not_utf8_is_refused()
    {
        var bytes = new Sample("node", 1, 2, "topic", "event", false, []).ToArray();
        bytes[^1] = 0xff;
        Assert.That(Envelope.TryRead(bytes, out _), Is.False);
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(255)]
    public void Another_version_is_refused(byte version)
    {
        var bytes = new Sample("node", 1, 2, "topic", "event", false, []).ToArray();
        Assert.That(Envelope.TryRead(bytes, out _), Is.True);
        bytes[0] = version;
        Assert.That(Envelope.TryRead(bytes, out _), Is.False);
    }

    internal static Gen<byte[]> Damaged() =>
        Gen.Select(s_sample, Gen.Select(Gen.Int[0, 300], Gen.Byte).Array[0, 4], Gen.Int[0, 40], (sample, changes, cut) =>
        {
            var bytes = sample.ToArray();
            foreach (var (at, value) in changes) bytes[at % bytes.Length] = value;
            return bytes[..^Math.Min(cut, bytes.Length)];
        });

    sealed record Sample(string Node, ulong Incarnation, ulong Sequence, string Topic, string Name, bool IsBinary, byte[] Payload)
    {
        public byte[] ToArray() => new Envelope { Node = Node.Utf8(), Incarnation = Incarnation, Sequence = Sequence, Topic = Topic.Utf8(), Event = Name.Utf8(), IsBinary = IsBinary, Payload = Payload }.ToArray();
    }
}
