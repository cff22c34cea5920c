namespace PhoenixChannels.InteropTests.Json;

internal sealed class JsonComparisonTests
{
    [TestCase("""{"a":1,"b":2}""", """{"b":2,"a":1}""")]
    [TestCase("1.0", "1")]
    [TestCase("1e2", "100.0")]
    [TestCase("100000000000000000001", "100000000000000000001")]
    [TestCase("""["\u00e4"]""", """["ä"]""")]
    public void Equal_values_have_no_difference(string expected, string actual) =>
        Assert.That(Difference(expected, actual), Is.Null);

    [TestCase("100000000000000000001", "100000000000000000002")]
    [TestCase("1", "\"1\"")]
    [TestCase("[1,2]", "[2,1]")]
    [TestCase("[1]", "[1,1]")]
    [TestCase("null", "false")]
    [TestCase("""{"a":{"b":1}}""", """{"a":{"b":1,"c":2}}""")]
    [TestCase("""{"a":{"b":1,"c":null}}""", """{"a":{"b":1}}""")]
    public void Unequal_values_have_a_difference(string expected, string actual) =>
        Assert.That(Difference(expected, actual), Is.Not.Null);

    [Test]
    public void The_first_difference_is_told_by_its_pointer() =>
        Assert.That(Difference("""{"a/b":[1,{"c":true}]}""", """{"a/b":[1,{"c":false}]}"""), Is.EqualTo("at /a~1b/1/c: expected true, got false"));

    [Test]
    public void What_varies_may_differ_but_not_in_its_kind()
    {
        Assert.That(Difference("""{"ref":"x"}""", """{"ref":"y"}""", varies: "/ref"), Is.Null);
        Assert.That(Difference("""{"ref":"x"}""", """{"ref":5}""", varies: "/ref"), Is.Not.Null);
    }

    [Test]
    public void The_order_of_a_set_does_not_matter()
    {
        Assert.That(Difference("""{"s":[1,2,2]}""", """{"s":[2,1,2]}""", sets: "/s"), Is.Null);
        Assert.That(Difference("""{"s":[1,2,2]}""", """{"s":[2,1,1]}""", sets: "/s"), Is.Not.Null);
    }

    [Test]
    public void Ten_thousand_levels_are_compared()
    {
        static string Nested(string inner) => new string('[', 10_000) + inner + new string(']', 10_000);
        Assert.That(Difference(Nested("1"), Nested("1")), Is.Null);
        Assert.That(Difference(Nested("1"), Nested("2")), Does.EndWith("expected 1, got 2"));
    }

    static string? Difference(string expected, string actual, string? varies = null, string? sets = null) =>
        new JsonComparison(varies is null ? [] : [varies], sets is null ? [] : [sets])
            .Difference(JsonParser.Parse(expected), JsonParser.Parse(actual));
}
