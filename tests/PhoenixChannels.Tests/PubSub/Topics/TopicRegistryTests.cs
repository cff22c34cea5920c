using CsCheck;
using PhoenixChannels.Topics;
using static PhoenixChannels.Tests.Broadcasting.Topics.RecordingSubscriber;

namespace PhoenixChannels.Tests.Broadcasting.Topics;

public class TopicRegistryTests
{
    [Test]
    public void It_does_what_a_simple_model_does() =>
        Gen.Select(Gen.Frequency((4, Step.Subscribe), (3, Step.Unsubscribe), (2, Step.Deliver), (1, Step.SubscribeMany), (1, Step.UnsubscribeMany)), Gen.OneOf("a", "b", "c"), Gen.Int[0, 99], Gen.Int[1, 60]).Array[1, 120].Sample(steps =>
        {
            var test = new ModelTest();
            return steps.All(step => test.Take(step.Item1, step.Item2, step.Item3, step.Item4)) && test.Hints.SequenceEqual(test.ExpectedHints);
        }, iter: 150);

    [Test]
    public void Two_subscriptions_to_one_topic_are_two()
    {
        var registry = new TopicRegistry();
        var subscribers = new[] { new RecordingSubscriber(), new RecordingSubscriber() };
        foreach (var subscriber in subscribers) registry.Subscribe("t", subscriber);
        registry.Deliver(To("t"));
        registry.Unsubscribe("t", subscribers[0]);
        registry.Unsubscribe("t", subscribers[0]);
        registry.Deliver(To("t"));
        Assert.That(subscribers.Select(subscriber => subscriber.Received.Count), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(registry.CountOf("t"), Is.EqualTo(1));
    }

    [Test]
    public void Topics_differ_in_every_character()
    {
        var registry = new TopicRegistry();
        var topics = new[] { "room:1", "Room:1", "room:1 ", "", "r\u00f6om", "ro\u0308om", "room:1\0" };
        var subscribers = topics.ToDictionary(topic => topic, _ => new RecordingSubscriber());
        foreach (var topic in topics) registry.Subscribe(topic, subscribers[topic]);
        foreach (var topic in topics) registry.Deliver(To(topic));
        foreach (var topic in topics) Assert.That(subscribers[topic].Received.Single().Broadcast.Topic, Is.EqualTo(topic));
        Assert.That(registry.TopicCount, Is.EqualTo(topics.Length));
    }

    [Test]
    public void Interest_begins_with_the_first_subscriber_and_ends_with_the_last()
    {
        var hints = new List<(string, bool)>();
        var registry = new TopicRegistry((topic, interested) => hints.Add((topic, interested)));
        var subscribers = Enumerable.Range(0, 5).Select(_ => new RecordingSubscriber()).ToArray();
        registry.Unsubscribe("t", subscribers[0]);
        foreach (var subscriber in subscribers) registry.Subscribe("t", subscriber);
        Assert.That(hints, Is.EqualTo(new[] { ("t", true) }));
        foreach (var subscriber in subscribers) registry.Unsubscribe("t", subscriber);
        Assert.That(hints, Is.EqualTo(new[] { ("t", true), ("t", false) }));
        registry.Unsubscribe("t", subscribers[0]);
        registry.Subscribe("t", subscribers[0]);
        Assert.That(hints, Is.EqualTo(new[] { ("t", true), ("t", false), ("t", true) }));
    }

    [Test]
    public void Subscribers_may_leave_and_come_while_a_broadcast_is_delivered()
    {
        var registry = new TopicRegistry();
        var late = new RecordingSubscriber();
        var subscribers = Enumerable.Range(0, 20).Select(_ => new RecordingSubscriber()).ToArray();
        var acting = new ActingSubscriber(() =>
        {
            foreach (var subscriber in subscribers) registry.Unsubscribe("t", subscriber);
            registry.Subscribe("t", late);
        });
        registry.Subscribe("t", acting);
        foreach (var subscriber in subscribers) registry.Subscribe("t", subscriber);
        registry.Deliver(To("t"));
        registry.Unsubscribe("t", acting);
        Assert.That(registry.CountOf("t"), Is.EqualTo(1));
        Assert.That(subscribers.Append(late).Select(subscriber => subscriber.Received.Count), Is.All.LessThanOrEqualTo(1));
        var next = To("t");
        registry.Deliver(next);
        Assert.That(late.Received, Does.Contain(next));
    }

    [Test]
    public async Task Nobody_subscribed_throughout_misses_a_broadcast_and_nobody_gets_one_twice()
    {
        const int Publishers = 2, Broadcasts = 1500;
        var registry = new TopicRegistry();
        var steady = Enumerable.Range(0, 40).Select(_ => new RecordingSubscriber()).ToArray();
        var (twice, wrong, publishing) = (0, 0, Publishers);
        foreach (var subscriber in steady) registry.Subscribe("t", subscriber);
        var publishers = Enumerable.Range(0, Publishers).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Broadcasts; i++) registry.Deliver(To("t"));
            Interlocked.Decrement(ref publishing);
        }));
        var comers = Enumerable.Range(0, 2).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 20 || (round < 200 && Volatile.Read(ref publishing) > 0); round++)
            {
                var group = Enumerable.Range(0, 1 + (((round * 7) + worker) % 100)).Select(_ => new RecordingSubscriber()).ToArray();
                foreach (var subscriber in group) registry.Subscribe("t", subscriber);
                var during = To("t");
                registry.Deliver(during);
                foreach (var subscriber in group) registry.Unsubscribe("t", subscriber);
                var after = To("t");
                registry.Deliver(after);
                foreach (var subscriber in group)
                {
                    var received = subscriber.Received.ToArray();
                    if (received.Distinct().Count() != received.Length) Interlocked.Increment(ref twice);
                    if (!received.Contains(during) || received.Contains(after)) Interlocked.Increment(ref wrong);
                }
            }
        }));
        await Task.WhenAll(publishers.Concat(comers).ToArray()).InTimeAsync();
        var delivered = steady[0].Received.ToHashSet();
        Assert.That((twice, wrong), Is.EqualTo((0, 0)));
        Assert.That(delivered, Has.Count.GreaterThanOrEqualTo(Publishers * Broadcasts));
        Assert.That(steady.All(subscriber => subscriber.Received.Count == delivered.Count && delivered.SetEquals(subscriber.Received)), Is.True);
        Assert.That(registry.CountOf("t"), Is.EqualTo(steady.Length));
    }

    enum Step
    {
        Subscribe,
        Unsubscribe,
        Deliver,
        SubscribeMany,
        UnsubscribeMany,
    }

    /// <summary>A registry beside a set of subscribers per topic.</summary>
    sealed class ModelTest
    {
        readonly Dictionary<string, HashSet<RecordingSubscriber>> _model = new() { ["a"] = [], ["b"] = [], ["c"] = [] };
        readonly RecordingSubscriber[] _subscribers = [.. Enumerable.Range(0, 100).Select(_ => new RecordingSubscriber())];
        readonly TopicRegistry _registry;

        public ModelTest() => _registry = new((topic, interested) => Hints.Add((topic, interested)));

        public List<(string, bool)> Hints { get; } = [];

        public List<(string, bool)> ExpectedHints { get; } = [];

        public bool Take(Step step, string topic, int first, int count)
        {
            var some = Enumerable.Range(first, step is Step.SubscribeMany or Step.UnsubscribeMany ? count : 1).Select(i => _subscribers[i % _subscribers.Length]);
            if (step is Step.Deliver) return Deliver(To(topic, count % 2 == 0 ? _subscribers[first] : null));
            foreach (var subscriber in some)
            {
                if (step is Step.Subscribe or Step.SubscribeMany) Subscribe(topic, subscriber);
                else Unsubscribe(topic, subscriber);
            }

            return _model.All(entry => _registry.CountOf(entry.Key) == entry.Value.Count) && _registry.TopicCount == _model.Values.Count(set => set.Count > 0);
        }

        bool Deliver(Delivery delivery)
        {
            _registry.Deliver(delivery);
            return _subscribers.All(subscriber =>
                subscriber.Received.Count(received => received == delivery) == (_model[delivery.Broadcast.Topic].Contains(subscriber) && subscriber != delivery.From ? 1 : 0));
        }

        void Subscribe(string topic, RecordingSubscriber subscriber)
        {
            // A subscriber is one subscription to one topic.
            if (_model.Values.Any(set => set.Contains(subscriber))) return;
            if (_model[topic].Count == 0) ExpectedHints.Add((topic, true));
            _model[topic].Add(subscriber);
            _registry.Subscribe(topic, subscriber);
        }

        void Unsubscribe(string topic, RecordingSubscriber subscriber)
        {
            if (_model[topic].Remove(subscriber) && _model[topic].Count == 0) ExpectedHints.Add((topic, false));
            _registry.Unsubscribe(topic, subscriber);
        }
    }

    sealed class ActingSubscriber(Action act) : Subscriber
    {
        public override void Deliver(Delivery delivery) => act();
    }
}
