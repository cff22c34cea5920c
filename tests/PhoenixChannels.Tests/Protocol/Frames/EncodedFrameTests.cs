using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class EncodedFrameTests
{
    [Test]
    public void A_close_has_its_code_and_reason()
    {
        var frame = EncodedFrame.Close(CloseCode.PolicyViolation, "slow");
        Assert.That(frame.Bytes.ToArray(), Is.EqualTo((byte[])[0x88, 6, 1008 >> 8, 1008 & 0xff, .. "slow"u8]));
        Assert.That(frame.Opcode, Is.EqualTo(FrameOpcode.Close));
        Assert.That(EncodedFrame.Close(1000).Bytes.ToArray(), Is.EqualTo(new byte[] { 0x88, 2, 3, 232 }));
    }

    [Test]
    public void A_pong_gives_the_pings_data_back()
    {
        Assert.That(EncodedFrame.Pong(default).Bytes.ToArray(), Is.EqualTo(new byte[] { 0x8a, 0 }));
        var longest = EncodedFrame.Pong(new byte[125]);
        Assert.That((longest.Length, longest.Bytes.Span[1], longest.Opcode, longest.Message.Length), Is.EqualTo((127, (byte)125, FrameOpcode.Pong, 125)));
    }

    [Test]
    public void The_default_is_no_frame()
    {
        Assert.That(default(EncodedFrame).IsDefault, Is.True);
        Assert.That(EncodedFrame.Close(1000).IsDefault, Is.False);
    }
}
