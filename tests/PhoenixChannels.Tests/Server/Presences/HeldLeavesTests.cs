using PhoenixChannels.Presences;

namespace PhoenixChannels.Tests.Server.Presences;

public class HeldLeavesTests
{
    readonly HeldLeaves _held = new();

    [Test]
    public void A_leave_is_released_when_it_has_waited_long_enough_and_not_before()
    {
        _held.Hold(Entry("ann", 1), 10);
        _held.Hold(Entry("bob", 1), 20);
        Assert.That(Release(until: 10), Is.EqualTo(" - ann:1"));
        Assert.That((_held.IsEmpty, _held.Oldest), Is.EqualTo((false, 20L)));
        Assert.That(Release(until: 19), Is.EqualTo(" - "));
        Assert.That(Release(until: 20), Is.EqualTo(" - bob:1"));
        Assert.That(_held.IsEmpty, Is.True);
    }

    [Test]
    public void A_join_takes_the_leaves_of_its_key_along_and_no_others()
    {
        _held.Hold(Entry("ann", 1), 10);
        _held.Hold(Entry("bob", 1), 11);
        _held.Hold(Entry("ann", 2), 12);
        Assert.That(Release(0, Entry("ann", 3)), Is.EqualTo("ann:3 - ann:1,ann:2"));
        Assert.That(_held.Oldest, Is.EqualTo(11));
        Assert.That(Release(until: 99), Is.EqualTo(" - bob:1"));
        Assert.That(_held.IsEmpty, Is.True);
    }

    [Test]
    public void A_meta_that_comes_back_was_never_away()
    {
        _held.Hold(Entry("ann", 1), 10);
        _held.Hold(Entry("ann", 2), 10);
        Assert.That(Release(0, Entry("ann", 1)), Is.EqualTo(" - "));
        Assert.That(Release(until: 10), Is.EqualTo(" - ann:2"));
        Assert.That(_held.IsEmpty, Is.True);
    }

    static TrackedEntry Entry(string key, int meta) => new(key, $"{meta}".Utf8());

    string Release(long until, params TrackedEntry[] joins)
    {
        var diff = new PresenceDiff(new(), new());
        foreach (var entry in joins) diff.Joins.Add(entry);
        _held.Release(diff, since => since <= until);
        return $"{Text(diff.Joins)} - {Text(diff.Leaves)}";
    }

    static string Text(PresenceMap map) => string.Join(',', map.SelectMany(entry => entry.Value.Metas.Select(meta => $"{entry.Key}:{meta}")));
}
