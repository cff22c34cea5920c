using CsCheck;
using PhoenixChannels.Serializers;
using static PhoenixChannels.Tests.Protocol.Serializers.SerializerExtensions;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class BinaryFormatTests
{
    static readonly V2JsonSerializer s_serializer = new();
    static readonly byte[] s_data = [0, 1, 2, 0x7f, 0x80, 0xc8, 0xff, 0x0a, 0x0d];

    [Test]
    public void A_push_of_a_client_is_read()
    {
        var message = s_serializer.Decode([0, 1, 1, 13, 4, .. "12room:bin_echoecho"u8, .. s_data]);
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.JoinRef.Text(), Is.EqualTo("\"1\""));
            Assert.That(message.Value.Ref.Text(), Is.EqualTo("\"2\""));
            Assert.That(message.Value.Topic, Is.EqualTo("room:bin_echo"));
            Assert.That(message.Value.Event, Is.EqualTo("echo"));
            Assert.That(message.Value.Payload.IsBinary, Is.True);
            Assert.That(message.Value.Payload.Bytes.ToArray(), Is.EqualTo(s_data));
        });
    }

    [Test]
    public void Five_zero_bytes_are_a_message_with_empty_names_and_refs()
    {
        var message = s_serializer.Decode(new byte[5]);
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.JoinRef.Text(), Is.EqualTo("\"\""));
            Assert.That(message.Value.Ref.Text(), Is.EqualTo("\"\""));
            Assert.That(message.Value.Topic, Is.Empty);
            Assert.That(message.Value.Event, Is.Empty);
            Assert.That(message.Value.Payload.IsBinary, Is.True);
            Assert.That(message.Value.Payload.Bytes.IsEmpty, Is.True);
        });
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[] { 0, 0, 0, 0 })]
    [TestCase(new byte[] { 1, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 2, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 3, 0, 0, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 9, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 255, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 0, 0, 0, 0, 1 })]
    [TestCase(new byte[] { 0, 255, 255, 255, 255, 1, 2, 3 })]
    public void Other_kinds_and_lengths_beyond_the_message_are_refused(byte[] message) => Assert.That(s_serializer.Decode(message), Is.Null);

    [Test]
    public void Json_in_a_binary_message_is_refused() => Assert.That(s_serializer.Decode("""["1","1","t","phx_join",{}]""".Utf8()), Is.Null);

    [Test]
    public void A_topic_that_is_not_utf8_is_refused_and_such_an_event_is_none()
    {
        Assert.That(s_serializer.Decode([0, 0, 0, 1, 0, 0xff]), Is.Null);
        var message = s_serializer.Decode([0, 0, 0, 1, 1, (byte)'t', 0xff]);
        Assert.That(message, Is.Not.Null);
        Assert.That(message!.Value.Event, Is.Null);
    }

    [Test]
    public void Fields_of_every_length_are_read() =>
        Gen.Select(Gen.Byte.Array[0, 255], Gen.Byte.Array[0, 255], Names(), Names(), Gen.Byte.Array[0, 300]).Sample((joinRef, reference, topic, name, data) =>
        {
            byte[] fields = [(byte)joinRef.Length, (byte)reference.Length, (byte)topic.Utf8().Length, (byte)name.Utf8().Length];
            byte[] message = [0, .. fields, .. joinRef, .. reference, .. topic.Utf8(), .. name.Utf8(), .. data];
            var read = s_serializer.Decode(message)!.Value;
            var isRead = read.Topic == topic && read.Event == name && read.Payload.Bytes.Span.SequenceEqual(data);
            var cut = new Random(data.Length).Next(message.Length - data.Length);

            // A reply has to give back the very bytes of the refs, whatever they are.
            var reply = s_serializer.EncodeBinary(OutgoingMessage.Reply(read.JoinRef, read.Ref, topic, "ok", read.Payload));
            byte[] expected = [1, .. fields[..3], 2, .. joinRef, .. reference, .. topic.Utf8(), .. "ok"u8, .. data];
            return isRead && reply.AsSpan().SequenceEqual(expected) && s_serializer.Decode(message[..cut]) is null;
        }, iter: 300);

    [Test]
    public void A_ref_that_is_utf8_has_the_form_of_the_same_ref_in_text() =>
        Gen.String[0, 40].Where(text => text.Utf8().Text() == text).Sample(text =>
        {
            var binary = s_serializer.Decode([0, 0, (byte)text.Utf8().Length, 0, 0, .. text.Utf8()])!.Value.Ref;
            var json = s_serializer.Decode($"[null,{JsonText.Quote(text).Text()},\"\",\"\",{{}}]")!.Value.Ref;
            return binary.Span.SequenceEqual(json.Span);
        }, iter: 300);

    [Test]
    public void Replies_have_both_refs_pushes_the_join_ref_and_broadcasts_none()
    {
        var data = Payload.Binary(s_data);
        Assert.Multiple(() =>
        {
            Assert.That(s_serializer.EncodeBinary(Reply("\"1\"", "\"2\"", "room:bin_echo", "ok", data)), Is.EqualTo((byte[])[1, 1, 1, 13, 2, .. "12room:bin_echook"u8, .. s_data]));
            Assert.That(s_serializer.EncodeBinary(Push("\"1\"", null, "room:bin_echo", "pushed", data)), Is.EqualTo((byte[])[0, 1, 13, 6, .. "1room:bin_echopushed"u8, .. s_data]));
            Assert.That(s_serializer.EncodeBinary(Broadcast("room:bin_echo", "shout", data)), Is.EqualTo((byte[])[2, 13, 5, .. "room:bin_echoshout"u8, .. s_data]));
            Assert.That(s_serializer.EncodeBinary(Broadcast("", "", Payload.Binary(default))), Is.EqualTo(new byte[] { 2, 0, 0 }));
        });
    }

    [TestCase("\"1\"", "1")]
    [TestCase("\"\"", "")]
    [TestCase("\"a\u00e9\"", "a\u00e9")]
    [TestCase("\"\\\"\\\\\\n\\u001F\"", "\"\\\n\u001f")]
    [TestCase("12", "12")]
    [TestCase("1.50", "1.50")]
    [TestCase("true", "true")]
    [TestCase("false", "false")]
    [TestCase(null, "")]
    public void Refs_lose_their_quotes_and_escapes(string? json, string field)
    {
        var bytes = field.Utf8();
        Assert.That(s_serializer.EncodeBinary(Reply(json, json, "T", "ok", Payload.Binary(default))),
            Is.EqualTo((byte[])[1, (byte)bytes.Length, (byte)bytes.Length, 1, 2, .. bytes, .. bytes, .. "Tok"u8]));
    }

    [TestCase("{}")]
    [TestCase("[\"1\"]")]
    public void A_ref_that_is_an_object_or_array_cannot_go_out_in_binary(string json)
    {
        Assert.That(() => s_serializer.EncodeBinary(Reply("\"1\"", json, "T", "ok", Payload.Binary(default))), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => s_serializer.EncodeBinary(Push(json, null, "T", "e", Payload.Binary(default))), Throws.TypeOf<NotSupportedException>());
    }

    [TestCase("x", 255)]
    [TestCase("\u00e9", 127)]
    [TestCase("\ud83d\ude00", 63)]
    public void Fields_may_have_255_bytes_and_no_more(string character, int fitting)
    {
        var longest = character.Repeat(fitting);
        var tooLong = character.Repeat(fitting + 1);
        var data = Payload.Binary(s_data);
        Assert.Multiple(() =>
        {
            Assert.That(BinaryFormat.Fits(longest, longest), Is.True);
            Assert.That(BinaryFormat.Fits(tooLong, ""), Is.False);
            Assert.That(BinaryFormat.Fits("", tooLong), Is.False);
            Assert.That(s_serializer.EncodeBinary(Broadcast(longest, longest, data)), Has.Length.EqualTo(3 + (2 * longest.Utf8().Length) + s_data.Length));
            Assert.That(s_serializer.EncodeBinary(Reply($"\"{longest}\"", $"\"{longest}\"", longest, longest, data)), Has.Length.EqualTo(5 + (4 * longest.Utf8().Length) + s_data.Length));
            AssertRefused(Broadcast(tooLong, "e", data));
            AssertRefused(Broadcast("T", tooLong, data));
            AssertRefused(Push("\"1\"", null, tooLong, "e", data));
            AssertRefused(Push("\"1\"", null, "T", tooLong, data));
            AssertRefused(Push($"\"{tooLong}\"", null, "T", "e", data));
            AssertRefused(Reply($"\"{tooLong}\"", null, "T", "ok", data));
            AssertRefused(Reply(null, $"\"{tooLong}\"", "T", "ok", data));
            AssertRefused(Reply(null, null, tooLong, "ok", data));
            AssertRefused(Reply(null, null, "T", tooLong, data));
        });
    }

    static void AssertRefused(OutgoingMessage message) => Assert.That(() => s_serializer.EncodeBinary(message), Throws.TypeOf<NotSupportedException>());

    static Gen<string> Names() => Gen.String[0, 60].Where(text => text.Utf8().Length <= 255 && text.Utf8().Text() == text);
}
