using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class FrameReaderTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(4096)]
    [TestCase(4097)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(300_000)]
    public void A_message_of_any_size_is_read_whole_or_in_parts(int size)
    {
        var message = Bytes(size);
        var frame = ClientFrame.Of(ClientFrame.Binary, message);
        foreach (var sizes in new[] { [frame.Length], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100_000], [2, 4000], [13, 1, 70_000], new[] { 4096 } })
        {
            var reader = new RecordingReader();
            Assert.That(reader.FeedAll(Segments.Cut(frame, sizes)), Is.Zero);
            Assert.That(reader.Messages, Has.Count.EqualTo(1));
            Assert.That(reader.Messages[0].Bytes.AsSpan().SequenceEqual(message), Is.True);
            Assert.That(reader.Messages[0].Binary, Is.True);
            Assert.That(reader.IsInsideMessage, Is.False);
            Assert.That(reader.Waiting, Is.Zero);
        }
    }

    [Test]
    public void Input_may_come_byte_by_byte()
    {
        byte[] input =
        [
            .. ClientFrame.Of(ClientFrame.Text, "grüße"), .. ClientFrame.Of(ClientFrame.Ping, "p"), .. ClientFrame.Of(ClientFrame.Binary, Bytes(200), final: false),
            .. ClientFrame.Of(ClientFrame.Pong, ""), .. ClientFrame.Of(ClientFrame.Continuation, Bytes(5000)), .. ClientFrame.CloseWith(1000, "bye"),
        ];
        var reader = new RecordingReader();
        Assert.That(reader.FeedAll(Segments.Cut(input, 1)), Is.EqualTo(1000));
        Assert.That(reader.Log, Is.EqualTo(new[] { "text 7", "ping 1", "binary 5200" }));
    }

    [Test]
    public void All_frames_of_one_input_are_read_at_once()
    {
        var reader = new RecordingReader();
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, "a"), .. ClientFrame.Of(ClientFrame.Text, "b"), .. ClientFrame.Of(ClientFrame.Binary, "c"), .. ClientFrame.Of(ClientFrame.Text, "d")[..3]];
        Assert.That(reader.Feed(input), Is.Zero);
        Assert.That(reader.Messages.Select(message => message.Bytes.Text()), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(reader.Waiting, Is.EqualTo(3));
    }

    [Test]
    public void Segments_may_be_cut_anywhere()
    {
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, Bytes(300, 'a'), final: false), .. ClientFrame.Of(ClientFrame.Ping, "ping"), .. ClientFrame.Of(ClientFrame.Continuation, "end")];
        for (var cut = 0; cut <= input.Length; cut++)
        {
            var sequence = Segments.Of(input.AsMemory(0, cut), ReadOnlyMemory<byte>.Empty, input.AsMemory(cut));
            var reader = new RecordingReader();
            Assert.That(reader.Read(ref sequence), Is.Zero);
            Assert.That(reader.Log, Is.EqualTo(new[] { "ping 4", "text 303" }));
            Assert.That(sequence.IsEmpty, Is.True);
        }
    }

    [Test]
    public void Fragments_are_joined_and_control_frames_come_between_them()
    {
        var reader = new RecordingReader();
        byte[] input =
        [
            .. ClientFrame.Of(ClientFrame.Text, "{\"a\":\"\u00e9"u8[..7], final: false), .. ClientFrame.Of(ClientFrame.Ping, Bytes(125)), .. ClientFrame.Of(ClientFrame.Pong, "x"),
            .. ClientFrame.Of(ClientFrame.Continuation, "{\"a\":\"\u00e9"u8[7..], final: false), .. ClientFrame.Of(ClientFrame.Continuation, "\"}"),
        ];
        Assert.That(reader.Feed(input), Is.Zero);
        Assert.That(reader.Messages.Single().Bytes.Text(), Is.EqualTo("{\"a\":\"\u00e9\"}"));
        Assert.That(reader.Pings.Single(), Is.EqualTo(Bytes(125)));
        Assert.That(reader.Log[0], Does.StartWith("ping"));
    }

    [Test]
    public void Empty_first_and_last_fragments_are_fine()
    {
        var reader = new RecordingReader();
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, "", final: false), .. ClientFrame.Of(ClientFrame.Continuation, "a", final: false), .. ClientFrame.Of(ClientFrame.Continuation, "")];
        Assert.That(reader.Feed(input), Is.Zero);
        Assert.That(reader.Messages.Single().Bytes.Text(), Is.EqualTo("a"));

        input = [.. ClientFrame.Of(ClientFrame.Binary, "", final: false), .. ClientFrame.Of(ClientFrame.Continuation, "")];
        Assert.That(reader.Feed(input), Is.Zero);
        Assert.That(reader.Log[^1], Is.EqualTo("binary 0"));
    }

    [Test]
    public void An_empty_continuation_that_is_not_the_last_closes_with_1008()
    {
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, "a", final: false), .. ClientFrame.Of(ClientFrame.Continuation, "", final: false)];
        Assert.That(new RecordingReader().Feed(input), Is.EqualTo(1008));
    }

    [TestCase(10_000, 0)]
    [TestCase(10_001, 1008)]
    public void A_message_may_have_10000_fragments(int fragments, int code)
    {
        var reader = new RecordingReader();
        var next = ClientFrame.Of(ClientFrame.Continuation, "x", final: false);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Text, "x", final: false)), Is.Zero);
        for (var i = 0; i < fragments - 2; i++) Assert.That(reader.Feed(next), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Continuation, "x")), Is.EqualTo(code));
        Assert.That(reader.Messages, Has.Count.EqualTo(code == 0 ? 1 : 0));
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1002)]
    [TestCase(1003)]
    [TestCase(1007)]
    [TestCase(1008)]
    [TestCase(1009)]
    [TestCase(1010)]
    [TestCase(1011)]
    [TestCase(3000)]
    [TestCase(4000)]
    [TestCase(4999)]
    [TestCase(5000)]
    [TestCase(65535)]
    public void A_sound_close_is_answered_with_1000(int code)
    {
        Assert.That(new RecordingReader().Feed(ClientFrame.CloseWith(code)), Is.EqualTo(1000));
        Assert.That(new RecordingReader().Feed(ClientFrame.CloseWith(code, "grund é".PadRight(122, '.'))), Is.EqualTo(1000));
    }

    [Test]
    public void A_close_without_a_code_is_answered_with_1000() =>
        Assert.That(new RecordingReader().Feed(ClientFrame.Of(ClientFrame.Close, "")), Is.EqualTo(1000));

    [TestCase(0)]
    [TestCase(999)]
    [TestCase(1004)]
    [TestCase(1005)]
    [TestCase(1006)]
    [TestCase(1012)]
    [TestCase(1015)]
    [TestCase(2000)]
    [TestCase(2999)]
    public void A_close_with_a_code_that_is_not_for_the_wire_is_answered_with_1002(int code) =>
        Assert.That(new RecordingReader().Feed(ClientFrame.CloseWith(code)), Is.EqualTo(1002));

    [Test]
    public void A_close_that_is_not_sound_is_answered_with_1002()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new RecordingReader().Feed(ClientFrame.Of(ClientFrame.Close, "x")), Is.EqualTo(1002), "one byte");
            Assert.That(new RecordingReader().Feed(ClientFrame.CloseWith(1000, "x".Repeat(124))), Is.EqualTo(1002), "126 bytes");
            Assert.That(new RecordingReader().Feed(ClientFrame.Of(ClientFrame.Close, new byte[] { 3, 232 }, final: false)), Is.EqualTo(1002), "fragmented");
            Assert.That(new RecordingReader().Feed(ClientFrame.Of(ClientFrame.Close, new byte[] { 3, 232, 0xc3, 0x28 })), Is.EqualTo(1002), "reason not UTF-8");
            Assert.That(new RecordingReader().Feed(ClientFrame.Of(ClientFrame.Close, new byte[] { 3, 232, 0xe2, 0x82 })), Is.EqualTo(1002), "reason cut");
        });
    }

    [Test]
    public void Data_behind_a_close_is_ignored()
    {
        var reader = new RecordingReader();
        Assert.That(reader.Feed((byte[])[.. ClientFrame.CloseWith(1000), .. ClientFrame.Of(ClientFrame.Text, "late"), 0xff, 0xff]), Is.EqualTo(1000));
        Assert.That(reader.Messages, Is.Empty);
    }

    [Test]
    public void A_close_may_come_inside_a_fragmented_message()
    {
        var reader = new RecordingReader();
        Assert.That(reader.Feed((byte[])[.. ClientFrame.Of(ClientFrame.Text, "a", final: false), .. ClientFrame.CloseWith(1001)]), Is.EqualTo(1000));
        Assert.That(reader.IsInsideMessage, Is.True);
        reader.End();
        Assert.That(reader.IsInsideMessage, Is.False);
    }

    static IEnumerable<TestCaseData> BrokenFrames()
    {
        yield return new(ClientFrame.Of(ClientFrame.Text, "a", rsv: 4)) { TestName = "RSV1_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Text, "a", rsv: 2)) { TestName = "RSV2_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Text, "a", rsv: 1)) { TestName = "RSV3_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Ping, "a", rsv: 4)) { TestName = "RSV1_of_a_ping_closes_with_1002" };
        foreach (var opcode in new byte[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
            yield return new(ClientFrame.Of(opcode, "a")) { TestName = $"Opcode_{opcode}_closes_with_1002" };
        yield return new(new byte[] { 0x81, 1, (byte)'a' }) { TestName = "An_unmasked_frame_closes_with_1002" };
        yield return new(new byte[] { 0x88, 0 }) { TestName = "An_unmasked_close_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Ping, Bytes(126))) { TestName = "A_ping_of_126_bytes_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Pong, Bytes(70_000))) { TestName = "A_pong_of_70000_bytes_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Ping, "a", final: false)) { TestName = "A_fragmented_ping_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Pong, "a", final: false)) { TestName = "A_fragmented_pong_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Continuation, "a")) { TestName = "A_continuation_of_nothing_closes_with_1002" };
        yield return new(ClientFrame.Of(ClientFrame.Continuation, "", final: false)) { TestName = "An_empty_continuation_of_nothing_closes_with_1002" };
    }

    [TestCaseSource(nameof(BrokenFrames))]
    public void A_frame_that_breaks_a_rule_closes_with_1002(byte[] frame)
    {
        foreach (var sizes in new[] { [frame.Length], new[] { 1 } })
        {
            var reader = new RecordingReader();
            Assert.That(reader.FeedAll(Segments.Cut([.. ClientFrame.Of(ClientFrame.Text, "before"), .. frame], sizes)), Is.EqualTo(1002));
            Assert.That(reader.Log, Is.EqualTo(new[] { "text 6" }));
        }
    }

    [TestCase(ClientFrame.Text)]
    [TestCase(ClientFrame.Binary)]
    public void A_new_message_inside_a_fragmented_one_closes_with_1002(byte opcode)
    {
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, "a", final: false), .. ClientFrame.Of(opcode, "b")];
        Assert.That(new RecordingReader().Feed(input), Is.EqualTo(1002));
    }

    [TestCase(new byte[] { 0xff })]
    [TestCase(new byte[] { 0xc3 })]
    [TestCase(new byte[] { 0xc0, 0x80 })]
    [TestCase(new byte[] { 0xed, 0xa0, 0x80 })]
    [TestCase(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    public void Text_that_is_not_utf8_closes_with_1007_and_binary_may_be_anything(byte[] bytes)
    {
        var reader = new RecordingReader();
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, bytes)), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Text, (byte[])[.. "abc"u8, .. bytes])), Is.EqualTo(1007));
        Assert.That(reader.Messages, Has.Count.EqualTo(1));
        byte[] fragments = [.. ClientFrame.Of(ClientFrame.Text, "abc", final: false), .. ClientFrame.Of(ClientFrame.Continuation, bytes)];
        Assert.That(new RecordingReader().Feed(fragments), Is.EqualTo(1007));
    }

    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(100_000)]
    public void A_message_may_be_as_long_as_the_limit_and_no_longer(int limit)
    {
        var reader = new RecordingReader(limit);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(limit))), Is.Zero);
        Assert.That(reader.Messages, Has.Count.EqualTo(1));
        Assert.That(new RecordingReader(limit).Feed(ClientFrame.Header(ClientFrame.Binary, limit + 1)), Is.EqualTo(1009), "Before the mask, and before any of the payload.");
        Assert.That(new RecordingReader(limit).FeedAll(Segments.Cut(ClientFrame.Of(ClientFrame.Binary, Bytes(limit + 1)), 1)), Is.EqualTo(1009));
    }

    [TestCase(long.MaxValue)]
    [TestCase(int.MaxValue)]
    [TestCase(1L << 32)]
    [TestCase(-1L)]
    [TestCase(long.MinValue)]
    public void Absurd_lengths_close_with_1009_as_soon_as_the_header_is_there(long length)
    {
        byte[] header = [0x82, 0xff, .. BitConverter.GetBytes(length).Reverse()];
        Assert.That(new RecordingReader().Feed(header), Is.EqualTo(1009));
        Assert.That(new RecordingReader().Feed(header.AsMemory(0, 9)), Is.Zero);
    }

    [Test]
    public void Fragments_together_may_be_as_long_as_the_limit_and_no_longer()
    {
        var reader = new RecordingReader(1000);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(400), final: false)), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Continuation, Bytes(600))), Is.Zero);
        Assert.That(reader.Messages.Single().Bytes, Has.Length.EqualTo(1000));
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(400), final: false)), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Header(ClientFrame.Continuation, 601)), Is.EqualTo(1009));
    }

    [Test]
    public void Control_frames_do_not_count_towards_the_limit()
    {
        var reader = new RecordingReader(10);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(10), final: false)), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Ping, Bytes(125))), Is.Zero);
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Continuation, "")), Is.Zero);
        Assert.That(reader.Log, Is.EqualTo(new[] { "ping 125", "binary 10" }));
    }

    [Test]
    public void Announcing_a_large_frame_costs_nothing()
    {
        var reader = new RecordingReader(1 << 30);
        byte[] start = [.. ClientFrame.Header(ClientFrame.Binary, 1 << 30), 1, 2, 3, 4, 5];
        reader.Feed(ClientFrame.Of(ClientFrame.Binary, "warm-up"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(reader.Feed(start), Is.Zero);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 * 1024));
        Assert.That(reader.IsInsideMessage, Is.True);
        reader.End();
    }

    [Test]
    public void A_small_frame_waits_in_the_input_and_a_large_one_is_taken_out_of_it()
    {
        var reader = new RecordingReader();
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(4096)).AsMemory(0, 4000)), Is.Zero);
        Assert.That((reader.Waiting, reader.IsInsideMessage), Is.EqualTo((4000, false)));
        reader = new();
        Assert.That(reader.Feed(ClientFrame.Of(ClientFrame.Binary, Bytes(4097)).AsMemory(0, 4000)), Is.Zero);
        Assert.That((reader.Waiting, reader.IsInsideMessage), Is.EqualTo((0, true)));
        reader.End();
    }

    [Test]
    public void A_message_that_its_receiver_refuses_ends_the_reading()
    {
        var reader = new RecordingReader { Answer = message => message.Text() == "bad" ? 1011 : 0 };
        byte[] input = [.. ClientFrame.Of(ClientFrame.Text, "good"), .. ClientFrame.Of(ClientFrame.Text, "bad"), .. ClientFrame.Of(ClientFrame.Text, "good")];
        Assert.That(reader.Feed(input), Is.EqualTo(1011));
        Assert.That(reader.Messages, Has.Count.EqualTo(2));

        reader = new() { Answer = _ => 1011 };
        Assert.That(reader.Feed((byte[])[.. ClientFrame.Of(ClientFrame.Text, "b", final: false), .. ClientFrame.Of(ClientFrame.Continuation, "ad")]), Is.EqualTo(1011));
        Assert.That(reader.FeedAll(Segments.Cut(ClientFrame.Of(ClientFrame.Text, Bytes(9000, 'a')), 5000)), Is.EqualTo(1011));
    }

    [Test]
    public void Every_message_has_an_array_of_its_own()
    {
        var reader = new RecordingReader();
        byte[] fragmented = [.. ClientFrame.Of(ClientFrame.Binary, Bytes(5000, 1), final: false), .. ClientFrame.Of(ClientFrame.Continuation, Bytes(1, 1))];
        reader.Feed(fragmented);
        byte[] again = [.. ClientFrame.Of(ClientFrame.Binary, Bytes(5000, 2), final: false), .. ClientFrame.Of(ClientFrame.Continuation, Bytes(1, 2))];
        reader.Feed(again);
        Assert.That(reader.Messages[0].Bytes, Is.EqualTo(Bytes(5001, 1)));
        Assert.That(reader.Messages[1].Bytes, Is.EqualTo(Bytes(5001, 2)));
    }

    static byte[] Bytes(int size, int? value = null)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++) bytes[i] = (byte)(value ?? (i * 31));
        return bytes;
    }
}
