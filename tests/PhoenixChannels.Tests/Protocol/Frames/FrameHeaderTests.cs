using CsCheck;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class FrameHeaderTests
{
    [Test]
    public void A_header_is_read_as_it_was_written_wherever_the_segments_end() =>
        Gen.Select(Gen.OneOf<byte>(0, 1, 2, 8, 9, 10), Gen.Bool, Gen.OneOf(Gen.Int[0, 125], Gen.Int[0, 70_000], Gen.OneOf(125, 126, 127, 65535, 65536, int.MaxValue)), Gen.UInt, Gen.Int[1, 14]).Sample((opcode, final, length, mask, cut) =>
        {
            var isControl = opcode >= 8;
            if (isControl) (final, length) = (true, length % 126);
            byte[] bytes = [.. ClientFrame.Header(opcode, length, final), .. BitConverter.GetBytes(mask)];
            var input = Segments.Of(Segments.Cut([.. bytes, 1, 2, 3], cut));
            return FrameHeader.TryRead(input, int.MaxValue, out var header, out var code)
                && code == 0
                && (header.IsFinal, (byte)header.Opcode, header.Length, header.Mask, header.Size, header.IsControl) == (final, opcode, (ulong)length, mask, bytes.Length, isControl);
        }, iter: 1000);

    [Test]
    public void A_header_that_is_not_whole_is_waited_for()
    {
        byte[] bytes = [.. ClientFrame.Header(ClientFrame.Binary, 70_000), 1, 2, 3, 4];
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(FrameHeader.TryRead(new(bytes, 0, length), 100_000, out _, out var code), Is.False);
            Assert.That(code, Is.Zero);
        }
    }

    [Test]
    public void A_fault_shows_in_the_first_two_bytes()
    {
        foreach (var bytes in new byte[][] { [0xc1, 0x80], [0xa1, 0x80], [0x91, 0x80], [0x83, 0x80], [0x8b, 0x80], [0x81, 0x00], [0x09, 0x80], [0x89, 0xfe], [0x89, 0xff] })
        {
            Assert.That(FrameHeader.TryRead(new(bytes), 100, out _, out var code), Is.False);
            Assert.That(code, Is.EqualTo(CloseCode.ProtocolError), Convert.ToHexString(bytes));
        }
    }

    [TestCase(0, 0, 0)]
    [TestCase(1, 0, 1009)]
    [TestCase(100, 100, 0)]
    [TestCase(101, 100, 1009)]
    [TestCase(65536, 65535, 1009)]
    public void The_room_that_is_left_bounds_data_frames(int length, int room, int expected)
    {
        var header = ClientFrame.Header(ClientFrame.Text, length);
        Assert.That(FrameHeader.TryRead(new(header), room, out _, out var code), Is.False, "The mask is missing.");
        Assert.That(code, Is.EqualTo(expected));
    }

    [Test]
    public void Lengths_need_not_be_written_in_the_shortest_form()
    {
        byte[] bytes = [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4];
        Assert.That(FrameHeader.TryRead(new(bytes), 100, out var header, out _), Is.True);
        Assert.That((header.Length, header.Size), Is.EqualTo((5UL, 14)));
    }
}
