using System.Buffers;
using PhoenixChannels.Serializers;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Tests.Broadcasting.Topics;

public class DeliveryTests
{
    [Test]
    public void A_broadcast_is_encoded_once_per_serializer()
    {
        var serializers = Enumerable.Range(0, 3).Select(_ => new CountingSerializer()).ToArray();
        var delivery = new Delivery(new("t", "e", Payload.From(new { A = 1 })), null);
        foreach (var serializer in serializers.Concat(serializers))
        {
            var frame = delivery.FrameFor(serializer, out var failure);
            Assert.That(failure, Is.Null);
            Assert.That(frame.Message.Text(), Is.EqualTo("""[null,null,"t","e",{"a":1}]"""));
            Assert.That(delivery.FrameFor(serializer, out _).Bytes, Is.EqualTo(frame.Bytes), "the same memory");
        }

        Assert.That(serializers.Select(serializer => serializer.Count), Is.All.EqualTo(1));
    }

    [Test]
    public void A_serializer_that_cannot_carry_it_fails_once_and_for_itself_alone()
    {
        var (v1, v2) = (new V1JsonSerializer(), new V2JsonSerializer());
        var delivery = new Delivery(new("t", "e", Payload.Binary(new byte[] { 1 })), null);
        Assert.That(delivery.FrameFor(v1, out var failure).IsDefault, Is.True);
        Assert.That(failure, Is.TypeOf<NotSupportedException>());
        Assert.That(delivery.FrameFor(v2, out failure).IsBinary, Is.True);
        Assert.That(failure, Is.Null);
        Assert.That(delivery.FrameFor(v1, out failure).IsDefault, Is.True);
        Assert.That(failure, Is.Null);
    }

    sealed class CountingSerializer : IChannelSerializer
    {
        readonly V2JsonSerializer _inner = new();

        public int Count { get; private set; }

        public string Versions => _inner.Versions;

        public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result) => _inner.TryDecode(message, binary, maxDepth, out result);

        public bool Encode(in OutgoingMessage message, IBufferWriter<byte> output)
        {
            Count++;
            return _inner.Encode(message, output);
        }
    }
}
