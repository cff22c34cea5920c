using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class SemanticVersionTests
{
    [TestCase("1.2.3", 1, 2, 3, "")]
    [TestCase("0.0.0", 0, 0, 0, "")]
    [TestCase("10.20.30", 10, 20, 30, "")]
    [TestCase("1.4.5+build.01", 1, 4, 5, "")]
    [TestCase("1.4.5-6-g3318bd5", 1, 4, 5, "6-g3318bd5")]
    [TestCase("1.4.5-6.7.eight", 1, 4, 5, "6.7.eight")]
    [TestCase("1.4.5-rc.1+more-1", 1, 4, 5, "rc.1")]
    [TestCase("1.4.5--", 1, 4, 5, "-")]
    public void A_version_has_three_numbers_and_perhaps_a_pre_release(string text, int major, int minor, int patch, string preRelease)
    {
        Assert.That(SemanticVersion.TryParse(text, out var version), Is.True);
        Assert.That((version!.Major, version.Minor, version.Patch, string.Join('.', version.PreRelease)), Is.EqualTo((major, minor, patch, preRelease)));
    }

    [TestCase("")]
    [TestCase("abc")]
    [TestCase("2")]
    [TestCase("2.0")]
    [TestCase("2.0.0.0")]
    [TestCase("v2.0.0")]
    [TestCase("2.00.0")]
    [TestCase("02.0.0")]
    [TestCase("2.0.00")]
    [TestCase(" 2.0.0")]
    [TestCase("2.0.0 ")]
    [TestCase("2. 0.0")]
    [TestCase("+2.0.0")]
    [TestCase("-2.0.0")]
    [TestCase("2.-1.0")]
    [TestCase("2..0")]
    [TestCase("2.0.")]
    [TestCase("2.0.0-")]
    [TestCase("2.0.0+")]
    [TestCase("2.0.0-rc..1")]
    [TestCase("2.0.0-rc.")]
    [TestCase("2.0.0-01")]
    [TestCase("2.0.0-rc_1")]
    [TestCase("2.0.0-é")]
    [TestCase("2.0.0+a+b")]
    [TestCase("\u0662.0.0")]
    [TestCase("99999999999999999999.0.0")]
    [TestCase("2.0.0\n")]
    [TestCase("2.0.0\0")]
    public void Anything_else_is_refused(string text) => Assert.That(SemanticVersion.TryParse(text, out _), Is.False);

    [Test]
    public void A_very_long_text_is_refused() => Assert.That(SemanticVersion.TryParse("1.0.0-" + "a.".Repeat(100_000) + "a", out _), Is.False);

    [TestCase("1.0.0", "1.0.1")]
    [TestCase("1.0.9", "1.0.10")]
    [TestCase("1.0.1", "1.1.0")]
    [TestCase("1.2.2", "2.1.1")]
    [TestCase("1.0.0-dev", "1.0.0")]
    [TestCase("0.1.2", "1.2.3-dev")]
    [TestCase("1.0.0-a", "1.0.0-a.b")]
    [TestCase("1.0.0-a.b", "1.0.0-b")]
    [TestCase("1.0.0-0", "1.0.0-a")]
    [TestCase("1.0.0-2", "1.0.0-10")]
    [TestCase("1.0.0-99999999999999999998", "1.0.0-99999999999999999999")]
    [TestCase("1.0.0-rc.2", "1.0.0-rc.10")]
    [TestCase("1.0.0-rc-10", "1.0.0-rc-2")]
    [TestCase("1.0.0-A", "1.0.0-a")]
    public void The_first_is_lower_than_the_second(string lower, string higher)
    {
        Assert.That(Parse(lower).CompareTo(Parse(higher)), Is.Negative);
        Assert.That(Parse(higher).CompareTo(Parse(lower)), Is.Positive);
    }

    [TestCase("1.0.0", "1.0.0")]
    [TestCase("1.0.0-rc.1", "1.0.0-rc.1")]
    [TestCase("1.0.0+a", "1.0.0+b")]
    public void Equal_versions_differ_in_their_build_at_most(string a, string b) => Assert.That(Parse(a).CompareTo(Parse(b)), Is.Zero);

    [Test]
    public void A_release_is_made_of_its_numbers() => Assert.That(SemanticVersion.Release(1, 2, 3).CompareTo(Parse("1.2.3")), Is.Zero);

    static SemanticVersion Parse(string text) => SemanticVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
