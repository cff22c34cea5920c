using CsCheck;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Tests.Protocol.Serializers;

public class NameCacheTests
{
    [Test]
    public void Every_name_comes_back_as_it_is_whatever_the_cache_holds() =>
        Gen.OneOf(Gen.String[0, 80], Gen.String[Gen.Char['a', 'c'], 1, 6]).Select(text => text.Utf8().Text()).Array[1, 50]
            .Sample(names => names.Concat(names).All(name => NameCache.Get(name.Utf8()) == name), iter: 200);

    [Test]
    public void A_name_that_comes_again_needs_no_new_string()
    {
        var first = NameCache.Get("room:again"u8);
        Assert.That(NameCache.Get("room:again"u8), Is.SameAs(first));
    }

    [Test]
    public void Long_names_are_not_kept()
    {
        var name = "x".Repeat(65).Utf8();
        var first = NameCache.Get(name);
        Assert.That(NameCache.Get(name), Is.EqualTo(first).And.Not.SameAs(first));
    }
}
