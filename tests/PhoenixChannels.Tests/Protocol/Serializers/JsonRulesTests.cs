using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

/// <summary>What both text versions accept as JSON: what Jason accepts.</summary>
[TestFixture("1.0.0")]
[TestFixture("2.0.0")]
public class JsonRulesTests(string version)
{
    readonly IChannelSerializer _serializer = version == "1.0.0" ? new V1JsonSerializer() : new V2JsonSerializer();

    static readonly string[] s_malformed =
    [
        "NaN", "Infinity", "-Infinity", "undefined", "True", "tru", "nul", "None",
        "01", "-01", "+1", ".5", "1.", "1.e2", "1e", "1e+", "-", "0x10", "1_000", "--1",
        "{\"a\":1,}", "[1,]", "[,1]", "{,}", "[1 2]", "{\"a\" 1}", "{\"a\":}", "{\"a\"}", "{a:1}", "{1:1}", "{'a':1}", "'a'",
        "/* c */{}", "{}/* c */", "// c\n{}", "[1, // c\n 2]", "# c\n{}",
        "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "\"open", "\"line\nbreak\"", "\"tab\t\"", "\"nul\0\"", "\"\u001f\"",
        "\f{}", "\u00a0{}", "\ufeff{}", "\v1",
        "{", "[", "{]", "[}", "{\"a\":[}", "",
    ];

    static readonly string[] s_loneSurrogates =
    [
        "\\ud800", "\\uDBFF", "\\udc00", "\\uDFFF", "\\ud800x", "x\\ud800\\n", "\\ud800\\u0041", "\\ud800\\ud800\\udc00", "\\udc00\\ud800",
        "\\ud83d\\ude00\\ude00", "\\ud83d\\\\ude00", "\\\\\\ud800", "\u00e9\\ud800",
    ];

    static readonly string[] s_beyondDouble =
    [
        "1e400", "-1e400", "1E400", "1e+400", "1.0e309", "1e309", "179769313486231580793e289", "123456789.5e9999999999",
    ];

    static readonly string[] s_sound =
    [
        "null", "true", "false", "0", "-0", "-0.0", "1e308", "-1E+2", "1e-5", "100000000000000000000.0", "3.141592653589793238462643",
        "123456789012345678901234567890", "\"\"", "[]", "{}", "[[],{}]", "{\"\":{}}",
        "{\"a\":1,\"b\":2,\"a\":3}", "{\"z\":1,\"a\":2}",
        "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\\u00e9\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\\ud83d\\ude00x\"", "\"\\\\ud800\"", "\"\\ud7ff\\ue000\"",
        "\"\u007f\u00e9\u2028\ufffd\ud83d\ude00</script>&'+\"", "{\"\u00e9\\u00e9\":\"x\"}",
    ];

    [TestCaseSource(nameof(s_sound))]
    public void A_sound_payload_is_kept_as_it_came(string json)
    {
        var message = Decode(payload: json);
        Assert.That(message, Is.Not.Null);
        Assert.That(message!.Value.Payload.IsBinary, Is.False);
        Assert.That(message.Value.Payload.ToString(), Is.EqualTo(json));
    }

    [TestCaseSource(nameof(s_malformed))]
    public void What_is_no_json_is_refused_as_payload_and_inside_it(string json)
    {
        Assert.That(Decode(payload: json), Is.Null);
        Assert.That(Decode(payload: $"[{json}"), Is.Null);
        if (json.Length > 0) Assert.That(Decode(payload: $"{{\"a\":{json}}}"), Is.Null);
    }

    [TestCaseSource(nameof(s_loneSurrogates))]
    public void Escaped_lone_surrogates_are_refused_wherever_they_are(string text)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Decode(payload: $"\"{text}\""), Is.Null, "payload");
            Assert.That(Decode(payload: $"{{\"a\":[\"{text}\"]}}"), Is.Null, "value");
            Assert.That(Decode(payload: $"{{\"{text}\":1}}"), Is.Null, "key");
            Assert.That(Decode(joinRef: $"\"{text}\""), Is.Null, "join_ref");
            Assert.That(Decode(reference: $"\"{text}\""), Is.Null, "ref");
            Assert.That(Decode(reference: $"{{\"{text}\":1}}"), Is.Null, "ref's key");
            Assert.That(Decode(topic: $"\"{text}\""), Is.Null, "topic");
            Assert.That(Decode(topic: $"[\"{text}\"]"), Is.Null, "topic in an array");
            Assert.That(Decode(name: $"\"{text}\""), Is.Null, "event");
        });
    }

    [TestCaseSource(nameof(s_beyondDouble))]
    public void Numbers_beyond_a_double_are_refused_wherever_they_are(string number)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Decode(payload: number), Is.Null, "payload");
            Assert.That(Decode(payload: $"{{\"a\":[{number}]}}"), Is.Null, "value");
            Assert.That(Decode(joinRef: number), Is.Null, "join_ref");
            Assert.That(Decode(reference: number), Is.Null, "ref");
            Assert.That(Decode(topic: number), Is.Null, "topic");
            Assert.That(Decode(name: number), Is.Null, "event");
        });
    }

    [Test]
    public void Integers_of_any_size_are_kept()
    {
        var digits = "7".Repeat(100_000);
        Assert.That(Decode(payload: digits)?.Payload.ToString(), Is.EqualTo(digits));
        Assert.That(Decode(reference: "-" + digits)?.Ref.Text(), Is.EqualTo("-" + digits));
    }

    [Test]
    public void Exponents_of_very_many_digits_are_refused()
    {
        Assert.That(Decode(payload: "1e" + "9".Repeat(100_000)), Is.Null);
        Assert.That(Decode(payload: "7".Repeat(100_000) + ".0"), Is.Null);
    }

    [Test]
    public void White_space_may_stand_between_all_tokens()
    {
        var message = Decode(" \t\r\n\"1\"\n", "\r\n \"2\" ", "\t\"t\" ", " \"e\"\r\n", " { \"b\" : [ 1 , 2 ] ,\t\"a\":\n{ } } ", " \r\n\t");
        Assert.That(message, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(message!.Value.JoinRef.Text(), Is.EqualTo("\"1\""));
            Assert.That(message.Value.Ref.Text(), Is.EqualTo("\"2\""));
            Assert.That(message.Value.Topic, Is.EqualTo("t"));
            Assert.That(message.Value.Event, Is.EqualTo("e"));
            Assert.That(message.Value.Payload.ToString(), Is.EqualTo("{ \"b\" : [ 1 , 2 ] ,\t\"a\":\n{ } }"));
        });
    }

    [TestCase("\ufeff", "")]
    [TestCase("\f", "")]
    [TestCase("/**/", "")]
    [TestCase("x", "")]
    [TestCase(",", "")]
    [TestCase("", ",")]
    [TestCase("", "x")]
    [TestCase("", "]")]
    [TestCase("", "}")]
    [TestCase("", "{}")]
    [TestCase("", "[]")]
    [TestCase("", "1")]
    [TestCase("", "/**/")]
    [TestCase("", "\0")]
    [TestCase("", "\ufeff")]
    public void Nothing_but_white_space_may_stand_around_the_message(string before, string after) =>
        Assert.That(_serializer.Decode(before + Envelope() + after), Is.Null);

    [Test]
    public void A_payload_may_be_nested_1024_levels_deep_and_no_deeper()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Decode(payload: Arrays(1024)), Is.Not.Null);
            Assert.That(Decode(payload: Arrays(1025)), Is.Null);
            Assert.That(Decode(payload: Objects(1024)), Is.Not.Null);
            Assert.That(Decode(payload: Objects(1025)), Is.Null);
            Assert.That(Decode(reference: Arrays(1024)), Is.Not.Null);
            Assert.That(Decode(reference: Arrays(1025)), Is.Null);
        });
    }

    [TestCase(1, "[]", true)]
    [TestCase(1, "[[]]", false)]
    [TestCase(2, "{\"a\":[1]}", true)]
    [TestCase(2, "{\"a\":[{}]}", false)]
    public void The_depth_is_an_option(int maxDepth, string payload, bool accepted) =>
        Assert.That(_serializer.Decode(Envelope(payload: payload), maxDepth), accepted ? Is.Not.Null : Is.Null);

    [Test]
    public void Very_deep_nesting_is_refused_or_read_without_recursion()
    {
        const int Depth = 100_000;
        Assert.Multiple(() =>
        {
            Assert.That(Decode(payload: "[".Repeat(Depth)), Is.Null);
            Assert.That(Decode(payload: Arrays(Depth)), Is.Null);
            Assert.That(_serializer.Decode(Envelope(payload: Arrays(Depth)), Depth), Is.Not.Null);
            Assert.That(_serializer.Decode(Envelope(payload: Objects(Depth)), Depth), Is.Not.Null);
            Assert.That(_serializer.Decode(Envelope(payload: "[".Repeat(Depth)), Depth), Is.Null);
            Assert.That(_serializer.Decode("[".Repeat(Depth), Depth), Is.Null);
        });
    }

    [Test]
    public void A_million_keys_are_read()
    {
        var json = "{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(i => $"\"{i}\":0")) + "}";
        Assert.That(Decode(payload: json)?.Payload.Bytes.Length, Is.EqualTo(json.Length));
        Assert.That(Decode(payload: json[..^1] + ",}"), Is.Null);
    }

    [Test]
    public void A_message_cut_anywhere_is_refused()
    {
        var whole = Envelope("\"1\"", "2.5", "\"t\\u00e9\"", "\"e\"", "{\"a\":[true,null,\"\\ud83d\\ude00\"]}");
        Assert.That(_serializer.Decode(whole), Is.Not.Null);
        for (var length = 0; length < whole.Length; length++)
            Assert.That(_serializer.Decode(whole[..length]), Is.Null, whole[..length]);
    }

    [TestCase("1")]
    [TestCase("1.0")]
    [TestCase("-0")]
    [TestCase("1e3")]
    [TestCase("true")]
    [TestCase("false")]
    [TestCase("\"\"")]
    [TestCase("\"1\"")]
    [TestCase("\"a\u00e9\u007f\ud83d\ude00\"")]
    [TestCase("{}")]
    [TestCase("{ \"b\":1, \"a\":[ ]}")]
    [TestCase("[1, \"x\",null]")]
    public void Refs_of_every_kind_are_kept_as_they_came(string json)
    {
        var message = Decode(joinRef: json, reference: json);
        Assert.That(message?.JoinRef.Text(), Is.EqualTo(json));
        Assert.That(message?.Ref.Text(), Is.EqualTo(json));
    }

    [TestCase("\"\\u0031\"", "\"1\"")]
    [TestCase("\"\\/\\u00e9\\ud83d\\ude00\"", "\"/\u00e9\ud83d\ude00\"")]
    [TestCase("\"\\u0022\\u005c\\u000a\\u001f\"", "\"\\\"\\\\\\n\\u001F\"")]
    public void A_ref_written_with_needless_escapes_equals_the_same_ref_without(string json, string kept)
    {
        var message = Decode(joinRef: json, reference: json);
        Assert.That(message?.JoinRef.Text(), Is.EqualTo(kept));
        Assert.That(message?.Ref.Text(), Is.EqualTo(kept));
    }

    [Test]
    public void A_null_ref_is_empty()
    {
        var message = Decode(joinRef: "null", reference: "null");
        Assert.That(message?.JoinRef.IsEmpty, Is.True);
        Assert.That(message?.Ref.IsEmpty, Is.True);
    }

    [TestCase("\"room:1\"", "room:1")]
    [TestCase("\"\"", "")]
    [TestCase("\"room\\/\\u0061\\ud83d\\ude00\"", "room/a\ud83d\ude00")]
    [TestCase("\"r\u00f6\u00f6m\"", "r\u00f6\u00f6m")]
    [TestCase("\"a,\\\"b\\\"\"", "a,\"b\"")]
    public void Topics_and_events_are_unescaped(string json, string name)
    {
        var message = Decode(topic: json, name: json);
        Assert.That(message?.Topic, Is.EqualTo(name));
        Assert.That(message?.Event, Is.EqualTo(name));
        Assert.That(message?.TopicJson.IsEmpty, Is.True);
    }

    [TestCase("5")]
    [TestCase("-1.50")]
    [TestCase("null")]
    [TestCase("true")]
    [TestCase("[ \"a\" ]")]
    [TestCase("{ \"a\":\"b\"}")]
    public void A_topic_that_is_no_string_comes_as_json_and_an_event_as_null(string json)
    {
        var message = Decode(topic: json, name: json);
        Assert.That(message, Is.Not.Null);
        Assert.That(message!.Value.Topic, Is.Null);
        Assert.That(message.Value.TopicJson.Text(), Is.EqualTo(json));
        Assert.That(message.Value.Event, Is.Null);
    }

    [Test]
    public void A_topic_of_300_bytes_is_read()
    {
        var topic = "room:" + "x".Repeat(295);
        Assert.That(Decode(topic: $"\"{topic}\"")?.Topic, Is.EqualTo(topic));
    }

    IncomingMessage? Decode(string joinRef = "\"1\"", string reference = "\"2\"", string topic = "\"t\"", string name = "\"e\"", string payload = "{}", string around = "") =>
        _serializer.Decode(around + Envelope(joinRef, reference, topic, name, payload) + around);

    string Envelope(string joinRef = "\"1\"", string reference = "\"2\"", string topic = "\"t\"", string name = "\"e\"", string payload = "{}") => version == "1.0.0"
        ? $"{{\"join_ref\":{joinRef},\"ref\":{reference},\"topic\":{topic},\"event\":{name},\"payload\":{payload}}}"
        : $"[{joinRef},{reference},{topic},{name},{payload}]";

    static string Arrays(int depth) => "[".Repeat(depth) + "]".Repeat(depth);

    static string Objects(int depth) => "{\"a\":".Repeat(depth - 1) + "{}" + "}".Repeat(depth - 1);
}
