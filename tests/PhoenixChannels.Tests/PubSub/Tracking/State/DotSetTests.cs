using CsCheck;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

public class DotSetTests
{
    static readonly Gen<(int First, int Length)[]> s_ranges = Gen.Select(Gen.Int[1, 60], Gen.Int[0, 5]).Array[0, 25];

    [Test]
    public void It_is_a_set_whose_ranges_never_touch() => s_ranges.Sample(ranges =>
    {
        var (set, model) = Make(ranges);
        Check(set, model);
    });

    [Test]
    public void Union_and_difference_are_those_of_sets() => Gen.Select(s_ranges, s_ranges).Sample((ofFirst, ofSecond) =>
    {
        var ((first, firstModel), (second, secondModel)) = (Make(ofFirst), Make(ofSecond));
        Check(first.Except(second), [.. firstModel.Except(secondModel)]);
        first.UnionWith(second);
        Check(first, [.. firstModel.Union(secondModel)]);
        Check(second, secondModel);
    });

    static (DotSet Set, HashSet<long> Model) Make((int First, int Length)[] ranges)
    {
        var (set, model) = (new DotSet(), new HashSet<long>());
        foreach (var (first, length) in ranges)
        {
            set.Add(new DotRange(first, first + length));
            for (var dot = first; dot <= first + length; dot++) model.Add(dot);
        }

        return (set, model);
    }

    static void Check(DotSet set, HashSet<long> model)
    {
        for (var dot = 0; dot <= 80; dot++) Assert.That(set.Contains(dot), Is.EqualTo(model.Contains(dot)), $"{dot} in {set}");
        var last = -1L;
        foreach (var range in set.Ranges)
        {
            Assert.That(range.First, Is.GreaterThan(last + 1).And.LessThanOrEqualTo(range.Last));
            last = range.Last;
        }

        var context = 0;
        while (model.Contains(context + 1)) context++;
        Assert.That(set.Context, Is.EqualTo(context));
        Assert.That(set.Covers(1, context), Is.True);
        Assert.That(set.Covers(1, context + 1), Is.False);
    }
}
