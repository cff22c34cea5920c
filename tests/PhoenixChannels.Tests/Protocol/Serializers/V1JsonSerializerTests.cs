using PhoenixChannels.Serializers;
using static PhoenixChannels.Tests.Protocol.Serializers.SerializerExtensions;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class V1JsonSerializerTests
{
    static readonly V1JsonSerializer s_serializer = new();

    [Test]
    public void Keys_may_come_in_any_order_and_unknown_ones_are_ignored()
    {
        var message = s_serializer.Decode("""{"x":[{"ref":9}],"payload":{"a":1},"ref":"2","event":"echo","y":null,"topic":"room:1"}""");
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.JoinRef.IsEmpty, Is.True);
            Assert.That(message.Value.Ref.Text(), Is.EqualTo("\"2\""));
            Assert.That(message.Value.Topic, Is.EqualTo("room:1"));
            Assert.That(message.Value.Event, Is.EqualTo("echo"));
            Assert.That(message.Value.Payload.ToString(), Is.EqualTo("""{"a":1}"""));
        });
    }

    [Test]
    public void A_join_ref_is_honoured() =>
        Assert.That(s_serializer.Decode("""{"join_ref":"7","topic":"t","event":"e","payload":null,"ref":null}""")?.JoinRef.Text(), Is.EqualTo("\"7\""));

    [TestCase("topic")]
    [TestCase("event")]
    [TestCase("payload")]
    [TestCase("ref")]
    public void All_four_keys_must_be_there(string missing)
    {
        var keys = new[] { "topic", "event", "payload", "ref" };
        string Object(IEnumerable<string> names) => "{" + string.Join(',', names.Select(name => $"\"{name}\":null")) + "}";
        Assert.That(s_serializer.Decode(Object(keys)), Is.Not.Null);
        Assert.That(s_serializer.Decode(Object(keys.Where(key => key != missing))), Is.Null);
        Assert.That(s_serializer.Decode(Object(keys.Select(key => key == missing ? key.ToUpperInvariant() : key))), Is.Null);
    }

    [Test]
    public void Of_two_equal_keys_the_first_counts()
    {
        var message = s_serializer.Decode("""{"topic":"a","topic":5,"event":"e","event":"f","payload":1,"payload":2,"ref":null,"ref":"x","join_ref":"1","join_ref":null}""");
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.Topic, Is.EqualTo("a"));
            Assert.That(message.Value.TopicJson.IsEmpty, Is.True);
            Assert.That(message.Value.Event, Is.EqualTo("e"));
            Assert.That(message.Value.Payload.ToString(), Is.EqualTo("1"));
            Assert.That(message.Value.Ref.IsEmpty, Is.True);
            Assert.That(message.Value.JoinRef.Text(), Is.EqualTo("\"1\""));
        });
    }

    [Test]
    public void Keys_may_be_written_with_escapes() =>
        Assert.That(s_serializer.Decode("""{"\u0074opic":"t","event":"e","payload":{},"re\u0066":"1"}""")?.Topic, Is.EqualTo("t"));

    [TestCase("""{"topic":"t","event":"e","payload":{},"ref":"1","\ud800":1}""")]
    [TestCase("""{"topic":"t","event":"e","payload":{},"ref":"1","x":1e400}""")]
    [TestCase("""{"topic":"t","event":"e","payload":{},"ref":"1","x":["\ud800"]}""")]
    [TestCase("""{"topic":"t","event":"e","payload":{},"ref":"1",}""")]
    [TestCase("")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("\"text\"")]
    [TestCase("5")]
    [TestCase("""["1","1","t","phx_join",{}]""")]
    public void Anything_but_a_sound_object_is_refused(string text) => Assert.That(s_serializer.Decode(text), Is.Null);

    [Test]
    public void A_million_keys_of_the_message_itself_are_read() => Assert.That(
        s_serializer.Decode("{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(i => $"\"{i}\":0")) + ""","topic":"t","event":"e","payload":{},"ref":"1"}"""),
        Is.Not.Null);

    [Test]
    public void Json_in_a_binary_frame_is_read_too()
    {
        const string Message = """{"topic":"t","event":"e","payload":{"a":"é"},"ref":"1"}""";
        Assert.That(s_serializer.Decode(Message.Utf8())?.Payload.ToString(), Is.EqualTo("""{"a":"é"}"""));
        Assert.That(s_serializer.Decode([.. Message.Utf8()[..^2], 0xff, .. "\"}"u8]), Is.Null);
        Assert.That(s_serializer.Decode([0, 1, 1, 1, 1, (byte)'1', (byte)'2', (byte)'t', (byte)'e']), Is.Null);
    }

    [Test]
    public void Binary_frames_must_be_utf8_wherever_the_bytes_are()
    {
        byte[] message = [.. """{"topic":"t","event":"e","payload":{"a":"""u8, (byte)'"', 0xc3, (byte)'"', .. "},\"ref\":\"1\"}"u8];
        Assert.That(s_serializer.Decode(message), Is.Null);
    }

    [Test]
    public void It_writes_event_payload_ref_and_topic_and_never_a_join_ref()
    {
        Assert.Multiple(() =>
        {
            Assert.That(s_serializer.EncodeText(Reply("\"9\"", "\"1\"", "T", "ok", Payload.Empty)),
                Is.EqualTo("""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"T"}"""));
            Assert.That(s_serializer.EncodeText(Broadcast("T", "shout", Payload.From(new { X = 1 }))),
                Is.EqualTo("""{"event":"shout","payload":{"x":1},"ref":null,"topic":"T"}"""));
            Assert.That(s_serializer.EncodeText(Push("\"9\"", null, "T", "pushed", Payload.Json("\"text\""u8.ToArray()))),
                Is.EqualTo("""{"event":"pushed","payload":"text","ref":null,"topic":"T"}"""));
            Assert.That(s_serializer.EncodeText(Push(null, "\"9\"", "é/\n", "\u001b", Payload.Empty)),
                Is.EqualTo("""{"event":"\u001B","payload":{},"ref":"9","topic":"é/\n"}"""));
        });
    }

    [Test]
    public void It_cannot_carry_binary_data() =>
        Assert.That(() => s_serializer.EncodeText(Broadcast("T", "e", Payload.Binary(new byte[] { 1 }))), Throws.TypeOf<NotSupportedException>());

    [Test]
    public void It_is_for_the_patches_of_1_0() => Assert.That(s_serializer.Versions, Is.EqualTo("~> 1.0.0"));
}
