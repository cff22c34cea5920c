using System.Text;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Tests;

public sealed class FrameScannerTests
{
    static readonly int[] s_lengths = [0, 1, 125, 126, 65535, 65536, 70000];

    [Test]
    public void Frames_of_every_length_are_cut_out_of_one_stretch()
    {
        byte[] data = [.. s_lengths.SelectMany(length => Frame(0x81, length))];
        ReadOnlySpan<byte> rest = data;
        foreach (var length in s_lengths)
        {
            Assert.That(FrameScanner.TryRead(ref rest, out var opcode, out var isLast, out var body), Is.True);
            Assert.That((opcode, isLast, body.ToArray()), Is.EqualTo((Opcode.Text, true, Body(length))));
        }

        Assert.That(rest.Length, Is.Zero);
    }

    [Test]
    public void A_frame_that_is_not_there_to_its_end_is_left([Values(1, 126, 65536)] int length)
    {
        var frame = Frame(0x81, length);
        for (var end = 0; end < frame.Length; end += end < 16 ? 1 : 997)
        {
            ReadOnlySpan<byte> rest = frame.AsSpan(0, end);
            Assert.That(FrameScanner.TryRead(ref rest, out _, out _, out _), Is.False, $"{end} of {frame.Length} bytes");
            Assert.That(rest.Length, Is.EqualTo(end));
        }
    }

    [Test]
    public void The_parts_of_a_message_and_control_frames_are_told_apart()
    {
        byte[] data = [.. Frame(0x01, 3), .. Frame(0x89, 2), .. Frame(0x80, 1), .. Frame(0x88, 2)];
        ReadOnlySpan<byte> rest = data;
        List<(Opcode, bool)> seen = [];
        while (FrameScanner.TryRead(ref rest, out var opcode, out var isLast, out _)) seen.Add((opcode, isLast));
        Assert.That(seen, Is.EqualTo(new[] { (Opcode.Text, false), (Opcode.Ping, true), (Opcode.Continuation, true), (Opcode.Close, true) }));
    }

    [Test]
    public void A_masked_frame_is_none_of_a_server() =>
        Assert.That(() => { ReadOnlySpan<byte> rest = [0x81, 0x81, 0, 0, 0, 0, 0]; FrameScanner.TryRead(ref rest, out _, out _, out _); }, Throws.TypeOf<InvalidDataException>());

    [Test]
    public void A_built_frame_says_its_length_and_unmasks_to_its_text([Values(0, 3, 125, 126, 65535, 65536)] int length)
    {
        var frame = new FrameBuilder().Add(Body(length)).Finish(Opcode.Text).ToArray();
        var head = length < 126 ? 2 : length < 65536 ? 4 : 10;
        Assert.That(frame[..head], Is.EqualTo(Frame(0x81, length)[..head].Select((one, at) => at == 1 ? (byte)(one | 0x80) : one)));
        var mask = frame[head..(head + 4)];
        Assert.That(frame[(head + 4)..].Select((one, at) => (byte)(one ^ mask[at % 4])), Is.EqualTo(Body(length)));
        Assert.That(mask, Is.Not.EqualTo(new byte[4]));
    }

    [TestCase("""[null,null,"room:1","shout",{"seq":1234567890123,"x":"y"}]""", 1234567890123)]
    [TestCase("""{"type":3,"result":{"seq":7}}""", 7)]
    [TestCase("""[null,null,"room:1","shout",{"sequence":5}]""", 0)]
    [TestCase("""{"seq":""", 0)]
    public void The_number_of_a_message_is_what_its_payload_says(string message, long number) => Assert.That(Wire.NumberIn(Encoding.UTF8.GetBytes(message)), Is.EqualTo(number));

    static byte[] Frame(byte first, int length) => length switch
    {
        < 126 => [first, (byte)length, .. Body(length)],
        < 65536 => [first, 126, (byte)(length >> 8), (byte)length, .. Body(length)],
        _ => [first, 127, 0, 0, 0, 0, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. Body(length)],
    };

    static byte[] Body(int length) => [.. Enumerable.Range(0, length).Select(at => (byte)at)];
}
