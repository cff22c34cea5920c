using PhoenixChannels.Adapters;

namespace PhoenixChannels.AdapterTests.Redis;

public class EnvelopeFramesTests
{
    static readonly RedisNames s_names = new(new() { NodeName = "a", Namespace = "n" });

    [Test]
    public void A_batch_is_one_message_to_each_channel_in_its_order()
    {
        var messages = EnvelopeBuffer.Pack([Envelope(null, "1"), Envelope("b", "2"), Envelope(null, "3"), Envelope("c", "4"), Envelope("b", "5"), Envelope(null, "")], s_names);
        Assert.That(messages.Select(message => $"{message.Channel}: {string.Join(' ', Read(message).Select(bytes => bytes.Text()))}"), Is.EqualTo(new[] { "n:all: 1 3 ", "n:direct:b: 2 5", "n:direct:c: 4" }));
    }

    [Test]
    public void What_is_large_is_split_and_what_is_larger_goes_alone()
    {
        int[] sizes = [600_000, 400_000, 100_000, 3_000_000, 10, 0, 1_000_000];
        var batch = sizes.Select((size, i) => new OutgoingEnvelope(null, Enumerable.Repeat((byte)i, size).ToArray())).ToArray();
        var messages = EnvelopeBuffer.Pack(batch, s_names);
        Assert.That(messages.Select(message => Read(message).Select(bytes => bytes.Length)), Is.EqualTo(new[] { new[] { 600_000, 400_000 }, [100_000], [3_000_000], [10, 0, 1_000_000] }));
        Assert.That(messages.SelectMany(Read), Is.EqualTo(batch.Select(envelope => envelope.Bytes.ToArray())));
    }

    [Test]
    public void A_damaged_message_gives_what_is_before_the_damage()
    {
        var whole = EnvelopeBuffer.Pack([Envelope(null, "one"), Envelope(null, "three")], s_names)[0].Message.ToArray();
        for (var length = 0; length <= whole.Length; length++)
        {
            List<string> read = [];
            var isWhole = EnvelopeFrames.Read(whole.AsSpan(0, length), bytes => read.Add(bytes.Text()));
            Assert.That(read, Is.EqualTo(new[] { "one", "three" }.Take(length == whole.Length ? 2 : length >= 7 ? 1 : 0)), $"{length} bytes");
            Assert.That(isWhole, Is.EqualTo(length == whole.Length || length is 0 or 7), $"{length} bytes");
        }
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(5)]
    public void A_length_beyond_the_end_is_refused(int length)
    {
        var message = new byte[8];
        EnvelopeFrames.WriteHeader(message, length);
        Assert.That(EnvelopeFrames.Read(message, _ => Assert.Fail("there is no envelope")), Is.False);
    }

    [Test]
    public void Hostile_bytes_never_throw()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var message = new byte[random.Next(24)];
            random.NextBytes(message);
            if (message.Length > 3 && i % 2 == 0) EnvelopeFrames.WriteHeader(message, random.Next(-2, 24));

            var taken = 0;
            var isWhole = EnvelopeFrames.Read(message, envelope => taken += EnvelopeFrames.HeaderLength + envelope.Length);
            Assert.That(isWhole, Is.EqualTo(taken == message.Length));
        }
    }

    static OutgoingEnvelope Envelope(string? node, string text) => new(node, text.Utf8());

    static List<byte[]> Read(EnvelopeBuffer buffer)
    {
        List<byte[]> envelopes = [];
        Assert.That(EnvelopeFrames.Read(buffer.Message.Span, bytes => envelopes.Add(bytes.ToArray())), Is.True);
        return envelopes;
    }
}
