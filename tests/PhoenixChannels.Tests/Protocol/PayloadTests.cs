using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoenixChannels.Tests.Protocol;

public partial class PayloadTests
{
    static readonly JsonSerializerOptions s_snakeCase = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Test]
    public void The_default_is_the_empty_object()
    {
        Assert.Multiple(() =>
        {
            Assert.That(default(Payload).ToString(), Is.EqualTo("{}"));
            Assert.That(Payload.Empty.Bytes.Text(), Is.EqualTo("{}"));
            Assert.That(Payload.Empty.IsBinary, Is.False);
            Assert.That(Payload.Empty.IsObject, Is.True);
            Assert.That(Payload.Empty.Read<Dictionary<string, int>>(), Is.Empty);
        });
    }

    [Test]
    public void Values_are_encoded_in_camel_case_without_needless_escapes() =>
        Assert.That(Payload.From(new { UserName = "<é>/'+&`日", Deep = new { InnerValue = 1.5 }, List = new[] { 1, 2 } }).ToString(),
            Is.EqualTo("""{"userName":"<é>/'+&`日","deep":{"innerValue":1.5},"list":[1,2]}"""));

    [Test]
    public void Null_and_plain_values_are_json()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Payload.From<string?>(null).ToString(), Is.EqualTo("null"));
            Assert.That(Payload.From<byte[]?>(null).ToString(), Is.EqualTo("null"));
            Assert.That(Payload.From<object?>(null).ToString(), Is.EqualTo("null"));
            Assert.That(Payload.From("text").ToString(), Is.EqualTo("\"text\""));
            Assert.That(Payload.From(5).ToString(), Is.EqualTo("5"));
            Assert.That(Payload.From(new[] { "a" }).ToString(), Is.EqualTo("""["a"]"""));
            Assert.That(Payload.From(JsonDocument.Parse("""{"a":[1]}""").RootElement).ToString(), Is.EqualTo("""{"a":[1]}"""));
            Assert.That(Payload.From<object>(new { A = 1 }).ToString(), Is.EqualTo("""{"a":1}"""));
        });
    }

    [Test]
    public void Bytes_in_every_form_are_binary()
    {
        byte[] bytes = [1, 2, 255];
        Payload[] payloads =
        [
            Payload.From(bytes), Payload.From(bytes.AsMemory()), Payload.From((ReadOnlyMemory<byte>)bytes), Payload.From<object>(bytes),
            Payload.From<object>(bytes.AsMemory()), Payload.Binary(bytes), Payload.From(Payload.Binary(bytes)), Payload.From<object>(Payload.Binary(bytes)),
        ];
        foreach (var payload in payloads)
        {
            Assert.That(payload.IsBinary, Is.True);
            Assert.That(payload.IsObject, Is.False);
            Assert.That(payload.Bytes.ToArray(), Is.EqualTo(bytes));
            Assert.That(payload.Read<byte[]>(), Is.EqualTo(bytes));
            Assert.That(payload.Read<ReadOnlyMemory<byte>>().ToArray(), Is.EqualTo(bytes));
            Assert.That(payload.ToString(), Is.EqualTo("(3 bytes)"));
        }
    }

    [Test]
    public void Empty_binary_data_is_binary()
    {
        Assert.That(Payload.Binary(default).IsBinary, Is.True);
        Assert.That(Payload.From(Array.Empty<byte>()).Bytes.IsEmpty, Is.True);
        Assert.That(Payload.Binary(default).Read<byte[]>(), Is.Empty);
    }

    [Test]
    public void Binary_data_reads_as_bytes_and_as_nothing_else()
    {
        var payload = Payload.Binary(new byte[] { (byte)'{', (byte)'}' });
        Assert.That(payload.Read<Dictionary<string, int>>, Throws.TypeOf<PayloadException>().With.Message.Contains("binary"));
        Assert.That(() => payload.Read(MessageJson.Default.NewMessage), Throws.TypeOf<PayloadException>().With.Message.Contains("NewMessage"));
        Assert.That(payload.Read<string>, Throws.TypeOf<PayloadException>());
    }

    [Test]
    public void What_was_read_as_an_array_can_be_changed_without_changing_the_payload()
    {
        var payload = Payload.Binary(new byte[] { 1, 2 });
        payload.Read<byte[]>()[0] = 9;
        Assert.That(payload.Bytes.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void A_payload_is_returned_as_it_is()
    {
        var payload = Payload.Json("""{ "a": 1 }"""u8.ToArray());
        Assert.That(Payload.From(payload).ToString(), Is.EqualTo("""{ "a": 1 }"""));
        Assert.That(payload.Read<Payload>().ToString(), Is.EqualTo("""{ "a": 1 }"""));
        Assert.That(Payload.Binary(new byte[] { 1 }).Read<Payload>().IsBinary, Is.True);
    }

    [Test]
    public void Json_of_ones_own_keeps_its_text_without_the_white_space_around_it() =>
        Assert.That(Payload.Json(" \n{ \"b\": 1,\"a\":\t2, \"a\":3 }\r\n"u8.ToArray()).ToString(), Is.EqualTo("{ \"b\": 1,\"a\":\t2, \"a\":3 }"));

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("{")]
    [TestCase("{}{}")]
    [TestCase("{} x")]
    [TestCase("{\"a\":1,}")]
    [TestCase("// c\n{}")]
    [TestCase("\ufeff{}")]
    [TestCase("\"\\ud800\"")]
    [TestCase("1e400")]
    public void Json_of_ones_own_must_be_one_sound_value(string json) =>
        Assert.That(() => Payload.Json(json.Utf8()), Throws.ArgumentException.With.Property("ParamName").EqualTo("utf8"));

    [Test]
    public void Json_of_ones_own_must_be_utf8() =>
        Assert.That(() => Payload.Json(new byte[] { (byte)'"', 0xff, (byte)'"' }), Throws.ArgumentException);

    [Test]
    public void Json_of_ones_own_may_be_as_deep_as_it_likes() =>
        Assert.That(Payload.Json(("[".Repeat(5000) + "]".Repeat(5000)).Utf8()).Bytes.Length, Is.EqualTo(10_000));

    [TestCase("{}", true)]
    [TestCase(" {\"a\":1}", true)]
    [TestCase("[]", false)]
    [TestCase("\"{}\"", false)]
    [TestCase("null", false)]
    public void It_knows_whether_it_is_an_object(string json, bool isObject) => Assert.That(Payload.Json(json.Utf8()).IsObject, Is.EqualTo(isObject));

    [Test]
    public void Values_read_back_as_other_types()
    {
        var payload = Payload.From(new { Text = "hi", Count = 3 });
        Assert.That(payload.Read<NewMessage>(), Is.EqualTo(new NewMessage("hi", 3)));
        Assert.That(payload.Read<JsonElement>().GetProperty("count").GetInt32(), Is.EqualTo(3));
        Assert.That(Payload.Json("""{"TEXT":"x","count":"4"}"""u8.ToArray()).Read<NewMessage>(), Is.EqualTo(new NewMessage("x", 4)));
        Assert.That(Payload.From(5).Read<int>(), Is.EqualTo(5));
        Assert.That(Payload.From(5).Read<int?>(), Is.EqualTo(5));
    }

    [Test]
    public void Reading_as_object_gives_the_json() => Assert.That(Payload.From(new { A = 1 }).Read<object>(), Is.TypeOf<JsonElement>());

    [TestCase("null")]
    [TestCase("5")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("{\"text\":5}")]
    [TestCase("{\"text\":\"a\",\"count\":\"b\"}")]
    [TestCase("{\"text\":\"a\",\"count\":123456789012345}")]
    public void Another_shape_is_a_payload_exception_that_names_the_type(string json)
    {
        var payload = Payload.Json(json.Utf8());
        Assert.That(payload.Read<NewMessage>, Throws.TypeOf<PayloadException>().With.Message.Contains(nameof(NewMessage)));
        Assert.That(() => payload.Read(MessageJson.Default.NewMessage), Throws.TypeOf<PayloadException>());
    }

    [TestCase("{}")]
    [TestCase("{\"count\":1}")]
    [TestCase("{\"text\":null,\"count\":1}")]
    public void What_a_records_constructor_demands_must_be_there_and_not_null(string json) =>
        Assert.That(Payload.Json(json.Utf8()).Read<NewMessage>, Throws.TypeOf<PayloadException>().With.Message.Contains("text"));

    [Test]
    public void Null_is_no_value_to_read()
    {
        var payload = Payload.From<string?>(null);
        Assert.That(payload.Read<string>, Throws.TypeOf<PayloadException>().With.Message.Contains("null"));
        Assert.That(payload.Read<int>, Throws.TypeOf<PayloadException>());
        Assert.That(() => payload.Read<int?>(), Throws.TypeOf<PayloadException>());
        Assert.That(payload.Read<JsonElement>().ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Deeper_json_than_a_type_is_bound_to_is_a_payload_exception() =>
        Assert.That(Payload.Json(("[".Repeat(1000) + "]".Repeat(1000)).Utf8()).Read<JsonElement>, Throws.TypeOf<PayloadException>());

    [Test]
    public void A_received_payload_is_read_by_the_options_it_carries()
    {
        var received = Payload.FromValidJson("""{"user_name":"ann"}"""u8.ToArray());
        Assert.That(received.WithOptions(s_snakeCase).Read<User>().UserName, Is.EqualTo("ann"));
        Assert.That(received.Read<User>, Throws.TypeOf<PayloadException>());
        Assert.That(received.WithOptions(s_snakeCase).ToString(), Is.EqualTo(received.ToString()));
        Assert.That(Payload.Empty.WithOptions(s_snakeCase).ToString(), Is.EqualTo("{}"));
        Assert.That(Payload.Binary(new byte[] { 1 }).WithOptions(s_snakeCase).IsBinary, Is.True);
    }

    [Test]
    public void A_value_is_encoded_and_read_by_the_options_of_whoever_sends_it()
    {
        var sent = Payload.From(new User("ann")).Encode(s_snakeCase);
        Assert.That(sent.ToString(), Is.EqualTo("""{"user_name":"ann"}"""));
        Assert.That(sent.Read<User>().UserName, Is.EqualTo("ann"));
        Assert.That(sent.Encode(new(JsonSerializerDefaults.Web)).ToString(), Is.EqualTo("""{"user_name":"ann"}"""));
        Assert.That(Payload.Json("""{"userName":1}"""u8.ToArray()).Encode(s_snakeCase).ToString(), Is.EqualTo("""{"userName":1}"""));
    }

    [Test]
    public void What_is_encoded_does_not_follow_the_value_any_more()
    {
        var list = new List<int> { 1 };
        var encoded = Payload.From(list).Encode(PayloadJson.Default);
        list.Add(2);
        Assert.That(encoded.ToString(), Is.EqualTo("[1]"));
    }

    [Test]
    public void A_value_is_encoded_by_its_static_type() =>
        Assert.That(Payload.From<User>(new Admin("ann", 3)).ToString(), Is.EqualTo("""{"userName":"ann"}"""));

    [Test]
    public void Source_generated_contexts_encode_and_read()
    {
        var options = PayloadJson.Create();
        options.TypeInfoResolver = MessageJson.Default;
        var sent = Payload.From(new NewMessage("hi", 1)).Encode(options);
        Assert.That(sent.ToString(), Is.EqualTo("""{"text":"hi","count":1}"""));
        Assert.That(sent.Read<NewMessage>(), Is.EqualTo(new NewMessage("hi", 1)));
        Assert.That(Payload.Json("""{"text":"a","count":2}"""u8.ToArray()).Read(MessageJson.Default.NewMessage), Is.EqualTo(new NewMessage("a", 2)));
        Assert.That(() => Payload.From(new { Unknown = 1 }).Encode(options), Throws.TypeOf<NotSupportedException>());
        Assert.That(sent.Read<Dictionary<string, Guid>>, Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void A_payload_may_stand_inside_a_value_that_is_sent_or_read()
    {
        var inner = Payload.Json("""{ "b":1,"a":[ ] }"""u8.ToArray());
        var sent = Payload.From(new Wrapped("x", inner)).Encode(PayloadJson.Default);
        Assert.That(sent.ToString(), Is.EqualTo("""{"name":"x","inner":{ "b":1,"a":[ ] }}"""));
        Assert.That(sent.Read<Wrapped>().Inner.ToString(), Is.EqualTo(inner.ToString()));
        Assert.That(Payload.From(new Wrapped("x", Payload.From(new User("ann")))).Encode(s_snakeCase).ToString(), Is.EqualTo("""{"name":"x","inner":{"user_name":"ann"}}"""));
        Assert.That(Payload.From(new Wrapped("x", default)).ToString(), Is.EqualTo("""{"name":"x","inner":{}}"""));
        Assert.That(Payload.Json("""{"name":"x","inner":null}"""u8.ToArray()).Read<Wrapped>().Inner.ToString(), Is.EqualTo("null"));
        Assert.That(() => Payload.From(new Wrapped("x", Payload.Binary(new byte[] { 1 }))).Encode(PayloadJson.Default), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void Options_that_name_no_resolver_are_taken_as_json_serializer_takes_them()
    {
        var options = new JsonSerializerOptions();
        Assert.That(Payload.From(new User("ann")).Encode(options).ToString(), Is.EqualTo("""{"UserName":"ann"}"""));
        Assert.That(Payload.Empty.WithOptions(new()).Read<User>().UserName, Is.Null);
    }

    record User(string? UserName);

    sealed record Wrapped(string Name, Payload Inner);

    sealed record Admin(string? UserName, int Level) : User(UserName);

    public sealed record NewMessage(string Text, int Count);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(NewMessage))]
    sealed partial class MessageJson : JsonSerializerContext;
}
