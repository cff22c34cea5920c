namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonParserTests
{
    [TestCase("""{"b":[1,{"x":null}],"a":"ä\u0001"}""", """{"a":"ä\u0001","b":[1,{"x":null}]}""")]
    [TestCase("12345678901234567890123", "12345678901234567890123")]
    [TestCase("-0", "0")]
    [TestCase(" [ true , false ] ", "[true,false]")]
    public void The_canonical_text_has_sorted_keys_and_no_blanks(string text, string canonical) =>
        Assert.That(JsonCanonical.Text(JsonParser.Parse(text)), Is.EqualTo(canonical));

    [TestCase("""{"a":1,"b":2,"a":3}""")]
    [TestCase("""{"a":1,"\u0061":3}""")]
    [TestCase("[1,]")]
    [TestCase("01")]
    [TestCase("NaN")]
    [TestCase("[1] 2")]
    [TestCase("")]
    [TestCase("[")]
    [TestCase(@"""\ud800""")]
    public void What_a_server_must_not_send_is_an_error(string text) =>
        Assert.That(() => JsonParser.Parse(text), Throws.TypeOf<JsonFormatException>());

    [Test]
    public void Ten_thousand_levels_are_read_and_written()
    {
        var text = new string('[', 10_000) + new string(']', 10_000);
        Assert.That(JsonCanonical.Text(JsonParser.Parse(text)), Is.EqualTo(text));
    }
}
