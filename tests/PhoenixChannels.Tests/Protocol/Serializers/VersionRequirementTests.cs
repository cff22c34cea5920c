using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class VersionRequirementTests
{
    [TestCase("2.0.0", 2)]
    [TestCase("2.0.5", 2)]
    [TestCase("2.0.0+b1", 2)]
    [TestCase("2.0.1-rc.1", 2)]
    [TestCase("1.0.0", 1)]
    [TestCase("1.0.7", 1)]
    [TestCase("2.1.0", 0)]
    [TestCase("1.1.0", 0)]
    [TestCase("3.0.0", 0)]
    [TestCase("2.0.0-rc.1", 0)]
    [TestCase("2.1.0-rc.1", 0)]
    [TestCase("0.9.9", 0)]
    public void A_client_names_the_serializer_by_its_version(string vsn, int serializer)
    {
        Assert.That(Matches(new V1JsonSerializer().Versions, vsn), Is.EqualTo(serializer == 1));
        Assert.That(Matches(new V2JsonSerializer().Versions, vsn), Is.EqualTo(serializer == 2));
    }

    [TestCase("2.3.0", "2.3.0", true)]
    [TestCase("2.3.0", "2.4.0", false)]
    [TestCase("== 2.3.0", "2.3.0", true)]
    [TestCase("==2.3.0", "2.3.0", true)]
    [TestCase("== 2.3.0", "2.3.0-rc.1", false)]
    [TestCase("1.2.3-alpha", "1.2.3-alpha", true)]
    [TestCase("== 0.9.3+dev", "0.9.3", true)]
    [TestCase("!= 2.3.0", "2.4.0", true)]
    [TestCase("!= 2.3.0", "2.3.0", false)]
    [TestCase("> 2.3.0", "2.4.0", true)]
    [TestCase("> 2.3.0", "2.3.0", false)]
    [TestCase("> 1.2.3-alpha", "1.2.3", true)]
    [TestCase("> 1.2.3-alpha", "1.2.3-alpha.1", true)]
    [TestCase("> 0.10.2", "0.10.2-dev", false)]
    [TestCase(">= 2.3.0", "2.3.0", true)]
    [TestCase(">= 2.3.0", "2.2.9", false)]
    [TestCase(">=2.3.0", "10.0.0", true)]
    [TestCase("< 2.3.0", "2.2.0", true)]
    [TestCase("< 2.3.0", "2.3.0", false)]
    [TestCase("< 0.10.2", "0.10.2-dev", true)]
    [TestCase("<= 2.3.0", "2.3.0", true)]
    [TestCase("<= 2.3.0", "2.3.1", false)]
    [TestCase("~> 3.0", "3.0.0", true)]
    [TestCase("~> 3.0", "3.2.0", true)]
    [TestCase("~> 3.0", "4.0.0", false)]
    [TestCase("~> 3.5", "3.4.9", false)]
    [TestCase("~> 3.5", "3.6.0", true)]
    [TestCase("~> 3.0.0", "3.0.2", true)]
    [TestCase("~> 3.0.0", "3.1.0", false)]
    [TestCase("~>3.0.0", "3.0.2", true)]
    [TestCase("  ~>   3.0.0  ", "3.0.2", true)]
    [TestCase("~> 0.9.3-dev", "0.9.3", true)]
    [TestCase("~> 0.9.3-dev", "0.9.3-dev", true)]
    [TestCase("~> 0.9.3-dev", "0.10.0", false)]
    [TestCase("~> 1.11-dev", "1.11.0-dev", true)]
    [TestCase("~> 1.11-dev", "1.12.0", true)]
    [TestCase("~> 1.11-dev", "1.10.0", false)]
    [TestCase("~> 1.11-dev", "2.0.0", false)]
    [TestCase("> 0.9.0 and < 0.10.0", "0.9.3", true)]
    [TestCase("> 0.9.0 and < 0.10.0", "0.10.2", false)]
    [TestCase(">= 1.0.0 and < 2.0.0 and != 1.5.0", "1.5.0", false)]
    [TestCase("0.9.1 or 0.9.3 or 0.9.5", "0.9.5", true)]
    [TestCase("0.9.1 or 0.9.3 or 0.9.5", "0.9.6", false)]
    [TestCase("~> 1.0.0 or >= 2.0.0 and < 3.0.0", "1.0.4", true)]
    [TestCase("~> 1.0.0 or >= 2.0.0 and < 3.0.0", "3.0.0", false)]
    public void A_requirement_is_read_as_elixir_reads_it(string requirement, string version, bool matches) =>
        Assert.That(Matches(requirement, version), Is.EqualTo(matches));

    [TestCase("~> 2.0.0", "2.1.0-rc.1")]
    [TestCase("~> 2.0.0", "2.1.0-0")]
    [TestCase("~> 2.0", "3.0.0-rc.1")]
    [TestCase("~> 2.0", "3.0.0-0")]
    [TestCase("~> 2.0.0", "2.0.0-rc.1")]
    [TestCase("~> 2.0", "2.0.0-rc.1")]
    public void Pre_releases_of_neither_bound_are_in_the_range(string requirement, string version) => Assert.That(Matches(requirement, version), Is.False);

    [TestCase("")]
    [TestCase("foo")]
    [TestCase("2.3")]
    [TestCase("~> 3")]
    [TestCase("~> 3.0.0.0")]
    [TestCase("~> ")]
    [TestCase("=> 1.0.0")]
    [TestCase("= 1.0.0")]
    [TestCase(">> 1.0.0")]
    [TestCase("> 1.0.0 and")]
    [TestCase("> 1.0.0 and ")]
    [TestCase("> 1.0.0 < 2.0.0")]
    [TestCase("> 1.0.0 or ")]
    public void A_text_that_is_no_requirement_throws_with_examples(string text) =>
        Assert.That(() => new VersionRequirement(text), Throws.ArgumentException.With.Message.Contains("~> 2.0.0"));

    static bool Matches(string requirement, string version) =>
        new VersionRequirement(requirement).Matches(SemanticVersion.TryParse(version, out var parsed) ? parsed : throw new ArgumentException(version));
}
