using CsCheck;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.State;

/// <summary>The indexes against what they index.</summary>
public class IndexTests
{
    [Test]
    public void Entries_are_found_by_their_dots_in_whatever_order_they_come_and_go() =>
        Gen.Select(Gen.Int[1, 100], Gen.Bool).Array[0, 200].Sample(steps =>
        {
            var (index, model) = (new DotIndex(), new SortedDictionary<long, Entry>());
            foreach (var (dot, isAdded) in steps)
            {
                if (!isAdded)
                {
                    index.Remove(dot);
                    model.Remove(dot);
                }
                else if (!model.ContainsKey(dot))
                {
                    model.Add(dot, new("t", "k", 1, [], dot));
                    index.Add(model[dot]);
                }

                Assert.That(index.Count, Is.EqualTo(model.Count));
                Assert.That(index.Find(dot), Is.SameAs(model.GetValueOrDefault(dot)));
            }

            Assert.That(index.Items.ToArray().OfType<Entry>(), Is.EqualTo(model.Values));
            Assert.That(index.Slice(new(20, 60)).ToArray().OfType<Entry>(), Is.EqualTo(model.Where(item => item.Key is >= 20 and <= 60).Select(item => item.Value)));
        });

    [Test]
    public void A_state_lists_what_a_plain_list_of_entries_would() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[0, 3]).Array[0, 150].Sample(steps =>
        {
            var (state, model) = (States.New("a"), new List<(string Topic, string Key, long Owner, string Meta)>());
            foreach (var (topicNumber, keyNumber, owner, action) in steps)
            {
                var (topic, key) = ($"t{topicNumber}", $"k{keyNumber}");
                var at = model.FindIndex(item => item.Topic == topic && item.Key == key && item.Owner == owner);
                Assert.That(state.Find(topic, key, owner)?.Meta(), Is.EqualTo(at < 0 ? null : model[at].Meta));
                if (at < 0)
                {
                    var meta = $"m{state.Clock()[state.Self]}";
                    state.Join(topic, key, owner, meta);
                    model.Add((topic, key, owner, meta));
                }
                else if (action == 0)
                {
                    state.Leave(topic, key, owner);
                    model.RemoveAt(at);
                }
                else if (action == 1)
                {
                    while (state.FirstOf(owner) is { } entry) state.Leave(entry);
                    model.RemoveAll(item => item.Owner == owner);
                }
            }

            foreach (var topic in new[] { "t0", "t1", "t2", "t3" })
            {
                List<Entry> entries = [];
                state.List(topic, entries);
                Assert.That(entries.Select(entry => (entry.Key, entry.Meta())), Is.EquivalentTo(model.Where(item => item.Topic == topic).Select(item => (item.Key, item.Meta))));
                Assert.That(state.Count(topic), Is.EqualTo(entries.Count));
                for (var i = 0; i <= 12; i++)
                {
                    List<Entry> ofKey = [];
                    state.List(topic, $"k{i}", ofKey);
                    Assert.That(ofKey.Select(entry => entry.Meta()), Is.EqualTo(model.Where(item => item.Topic == topic && item.Key == $"k{i}").Select(item => item.Meta)));
                    Assert.That(entries.Where(entry => entry.Key == $"k{i}"), Is.EqualTo(ofKey), "those of a key stand together");
                }
            }

            Assert.That(state.TopicCount, Is.EqualTo(model.Select(item => item.Topic).Distinct().Count()));
        });
}
