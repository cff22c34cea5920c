using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

// The cases of phoenix_pubsub's test/phoenix/tracker/clock_test.exs. Its bounds and filters have no counterpart: sets of dots have their place.
public class ClocksTests
{
    static readonly Dictionary<ReplicaId, long> s_first = Clock(("a", 1), ("b", 2), ("c", 3));
    static readonly Dictionary<ReplicaId, long> s_second = Clock(("b", 2), ("c", 3), ("d", 1));
    static readonly Dictionary<ReplicaId, long> s_third = Clock(("a", 1), ("b", 2));

    [Test]
    public void A_clock_dominates_those_that_have_come_no_further()
    {
        Assert.That(Clocks.Dominates(s_first, s_third), Is.True);
        Assert.That(Clocks.Dominates(s_third, s_first), Is.False);
        Assert.That(Clocks.Dominates(s_first, s_second), Is.False);
        Assert.That(Clocks.Dominates(s_first, s_first), Is.True);
        Assert.That(Clocks.Dominates([], s_first), Is.False);
        Assert.That(Clocks.Dominates([], Clock(("a", 0))), Is.True);
    }

    [TestCase("second third", "first", "first second")]
    [TestCase("first second", "third", "first second")]
    [TestCase("first second", "first", "first second")]
    [TestCase("first second", "second", "first second")]
    [TestCase("first third", "second", "first second third")]
    public void A_set_keeps_the_clocks_that_no_other_dominates(string before, string added, string after)
    {
        List<KeyValuePair<ReplicaId, Dictionary<ReplicaId, long>>> clocks = [];
        foreach (var name in before.Split(' ')) clocks.Add(new(States.Id(name), Named(name)));
        Clocks.Append(clocks, States.Id(added), Named(added));
        Assert.That(clocks.Select(clock => clock.Key.Name).Order(), Is.EqualTo(after.Split(' ')));
    }

    [Test]
    public void Of_equal_clocks_the_last_stays()
    {
        List<KeyValuePair<ReplicaId, Dictionary<ReplicaId, long>>> clocks = [new(States.Id("other"), s_first)];
        Clocks.Append(clocks, States.Id("self"), s_first);
        Assert.That(clocks.Select(clock => clock.Key.Name), Is.EqualTo(["self"]));
    }

    static Dictionary<ReplicaId, long> Named(string name) => name switch
    {
        "first" => s_first,
        "second" => s_second,
        _ => s_third,
    };

    static Dictionary<ReplicaId, long> Clock(params (string Name, long Dot)[] clock) => clock.ToDictionary(item => States.Id(item.Name), item => item.Dot);
}
