using System.Buffers;
using System.Buffers.Binary;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class MessageBufferTests
{
    [TestCase(0, 2)]
    [TestCase(1, 2)]
    [TestCase(125, 2)]
    [TestCase(126, 4)]
    [TestCase(127, 4)]
    [TestCase(65535, 4)]
    [TestCase(65536, 10)]
    [TestCase(1_000_000, 10)]
    public void The_header_is_as_short_as_the_message_allows(int length, int header)
    {
        foreach (var binary in new[] { false, true })
        {
            var message = "m".Repeat(length).Utf8();
            var frame = MessageBuffer.Encode(new Serializer(output => output.Write(message), binary), default);
            var bytes = frame.Bytes.ToArray();
            Assert.That(frame.Length, Is.EqualTo(header + length));
            Assert.That(bytes[0], Is.EqualTo(binary ? 0x82 : 0x81));
            Assert.That(frame.IsBinary, Is.EqualTo(binary));
            Assert.That(frame.Message.Span.SequenceEqual(message), Is.True);
            var written = header switch
            {
                2 => bytes[1],
                4 => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)),
                _ => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(2)),
            };
            Assert.That(written, Is.EqualTo(length));
        }
    }

    [Test]
    public void It_grows_with_what_is_written_bit_by_bit()
    {
        var frame = MessageBuffer.Encode(new Serializer(output =>
        {
            for (var i = 0; i < 5000; i++)
            {
                var span = i % 2 == 0 ? output.GetSpan() : output.GetMemory(i).Span;
                span[0] = (byte)i;
                output.Advance(1);
            }
        }), default);
        Assert.That(frame.Message.ToArray(), Is.EqualTo(Enumerable.Range(0, 5000).Select(i => (byte)i)));
    }

    [Test]
    public void Frames_keep_nothing_of_the_message_before()
    {
        var first = MessageBuffer.Encode(new Serializer(output => output.Write("a long first message"u8)), default);
        var second = MessageBuffer.Encode(new Serializer(output => output.Write("short"u8)), default);
        Assert.That(first.Message.Text(), Is.EqualTo("a long first message"));
        Assert.That(second.Message.Text(), Is.EqualTo("short"));
    }

    [Test]
    public void A_serializer_may_encode_another_message_while_it_writes_one()
    {
        var inner = default(EncodedFrame);
        var outer = MessageBuffer.Encode(new Serializer(output =>
        {
            output.Write("ou"u8);
            inner = MessageBuffer.Encode(new Serializer(other => other.Write("inner"u8)), default);
            output.Write("ter"u8);
        }), default);
        Assert.That((inner.Message.Text(), outer.Message.Text()), Is.EqualTo(("inner", "outer")));
    }

    [Test]
    public void A_serializer_that_throws_leaves_no_trace()
    {
        Assert.That(() => MessageBuffer.Encode(new Serializer(output =>
        {
            output.Write("half"u8);
            throw new NotSupportedException("no");
        }), default), Throws.TypeOf<NotSupportedException>());
        Assert.That(MessageBuffer.Encode(new Serializer(output => output.Write("whole"u8)), default).Message.Text(), Is.EqualTo("whole"));
    }

    [Test]
    public void More_than_there_is_room_for_cannot_be_claimed()
    {
        Assert.That(() => MessageBuffer.Encode(new Serializer(output => output.Advance(output.GetSpan().Length + 1)), default), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => MessageBuffer.Encode(new Serializer(output => output.Advance(-1)), default), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    sealed class Serializer(Action<IBufferWriter<byte>> write, bool binary = false) : IChannelSerializer
    {
        public string Versions => "~> 9.0.0";

        public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result)
        {
            result = default;
            return false;
        }

        public bool Encode(in OutgoingMessage message, IBufferWriter<byte> output)
        {
            write(output);
            return binary;
        }
    }
}
