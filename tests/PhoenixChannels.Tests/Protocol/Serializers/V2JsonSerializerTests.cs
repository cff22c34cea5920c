using PhoenixChannels.Serializers;
using static PhoenixChannels.Tests.Protocol.Serializers.SerializerExtensions;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class V2JsonSerializerTests
{
    static readonly V2JsonSerializer s_serializer = new();

    [Test]
    public void Five_elements_are_join_ref_ref_topic_event_and_payload()
    {
        var message = s_serializer.Decode("""["1","2","room:1","echo",{"a":1}]""");
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.JoinRef.Text(), Is.EqualTo("\"1\""));
            Assert.That(message.Value.Ref.Text(), Is.EqualTo("\"2\""));
            Assert.That(message.Value.Topic, Is.EqualTo("room:1"));
            Assert.That(message.Value.Event, Is.EqualTo("echo"));
            Assert.That(message.Value.Payload.ToString(), Is.EqualTo("""{"a":1}"""));
        });
    }

    [TestCase("""[null,"1","t","e",{},6]""")]
    [TestCase("""[null,"1","t","e",{},{"a":[]},null,"8"]""")]
    public void More_than_five_elements_are_ignored(string text)
    {
        var message = s_serializer.Decode(text);
        Assert.That(message?.Event, Is.EqualTo("e"));
        Assert.That(message?.Payload.ToString(), Is.EqualTo("{}"));
    }

    [TestCase("""[null,"1","t","e",{},1e400]""")]
    [TestCase("""[null,"1","t","e",{},"\ud800"]""")]
    [TestCase("""[null,"1","t","e",{},]""")]
    [TestCase("""[null,"1","t","e",{},01]""")]
    public void The_elements_that_are_ignored_must_be_sound_all_the_same(string text) => Assert.That(s_serializer.Decode(text), Is.Null);

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("[]")]
    [TestCase("[null]")]
    [TestCase("""[null,"1","t","e"]""")]
    [TestCase("{}")]
    [TestCase("""{"topic":"t","event":"e","payload":{},"ref":"1"}""")]
    [TestCase("null")]
    [TestCase("5")]
    [TestCase("\"text\"")]
    [TestCase("hello")]
    public void Anything_but_an_array_of_five_or_more_is_refused(string text) => Assert.That(s_serializer.Decode(text), Is.Null);

    [Test]
    public void Replies_carry_response_and_status()
    {
        Assert.That(s_serializer.EncodeText(Reply("\"1\"", "\"2\"", "T", "ok", Payload.Empty)),
            Is.EqualTo("""["1","2","T","phx_reply",{"response":{},"status":"ok"}]"""));
        Assert.That(s_serializer.EncodeText(Reply(null, null, "phoenix", "accepted", Payload.Json("[1]"u8.ToArray()))),
            Is.EqualTo("""[null,null,"phoenix","phx_reply",{"response":[1],"status":"accepted"}]"""));
    }

    [TestCase("\"text\"")]
    [TestCase("5")]
    [TestCase("null")]
    [TestCase("[1]")]
    public void Replies_carry_any_json(string json) =>
        Assert.That(s_serializer.EncodeText(Reply("1", "{\"r\":2}", "T", "ok", Payload.Json(json.Utf8()))),
            Is.EqualTo($$$"""[1,{"r":2},"T","phx_reply",{"response":{{{json}}},"status":"ok"}]"""));

    [Test]
    public void Pushes_carry_the_join_ref_and_no_ref() =>
        Assert.That(s_serializer.EncodeText(Push("\"1\"", null, "T", "pushed", Payload.From(new { X = 1 }))), Is.EqualTo("""["1",null,"T","pushed",{"x":1}]"""));

    [Test]
    public void The_end_of_a_channel_carries_its_join_ref_twice() =>
        Assert.That(s_serializer.EncodeText(Push("\"1\"", "\"1\"", "T", ChannelEvents.Close, Payload.Empty)), Is.EqualTo("""["1","1","T","phx_close",{}]"""));

    [Test]
    public void Broadcasts_carry_no_refs() =>
        Assert.That(s_serializer.EncodeText(Broadcast("T", "shout", Payload.From(new { X = 1 }))), Is.EqualTo("""[null,null,"T","shout",{"x":1}]"""));

    [Test]
    public void Only_what_json_demands_is_escaped_in_topics_and_events()
    {
        const string Raw = "/<>&'+\u007f\u00e9\u2028\u2029\ufffd\ud83d\ude00";
        Assert.That(s_serializer.EncodeText(Broadcast("room:" + Raw, Raw, Payload.Empty)), Is.EqualTo($$"""[null,null,"room:{{Raw}}","{{Raw}}",{}]"""));
        Assert.That(s_serializer.EncodeText(Broadcast("\"\\\b\f\n\r\t\0\u001f\u000b", "a\"b", Payload.Empty)),
            Is.EqualTo("""[null,null,"\"\\\b\f\n\r\t\u0000\u001F\u000B","a\"b",{}]"""));
    }

    [TestCase("5")]
    [TestCase("{\"a\": 1}")]
    [TestCase("null")]
    public void A_topic_that_is_no_string_is_answered_as_it_came(string topic)
    {
        var message = new OutgoingMessage { Kind = OutgoingKind.Reply, TopicJson = topic.Utf8(), Topic = null!, Event = ChannelEvents.Reply, Status = "error", Ref = "\"0\""u8.ToArray() };
        Assert.That(s_serializer.EncodeText(message), Is.EqualTo($$"""[null,"0",{{topic}},"phx_reply",{"response":{},"status":"error"}]"""));
    }

    [Test]
    public void A_ref_that_is_not_utf8_cannot_go_out_in_text()
    {
        var message = OutgoingMessage.Reply("\"1\""u8.ToArray(), new byte[] { (byte)'"', 0xff, (byte)'"' }, "T", "ok", Payload.Empty);
        Assert.That(() => s_serializer.EncodeText(message), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void What_it_writes_is_binary_for_binary_payloads_alone()
    {
        Assert.That(s_serializer.EncodeBinary(Broadcast("T", "e", Payload.Binary(new byte[] { 7 }))), Is.EqualTo(new byte[] { 2, 1, 1, (byte)'T', (byte)'e', 7 }));
        Assert.That(s_serializer.EncodeText(Broadcast("T", "e", Payload.Empty)), Does.StartWith("["));
    }

    [Test]
    public void It_is_for_the_patches_of_2_0() => Assert.That(s_serializer.Versions, Is.EqualTo("~> 2.0.0"));
}
