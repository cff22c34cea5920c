using PhoenixChannels.Topics;

namespace PhoenixChannels.Tests.Broadcasting.Topics;

public class SubscriberSlotsTests
{
    [Test]
    public void The_next_to_come_fills_the_first_hole()
    {
        var slots = new SubscriberSlots();
        var subscribers = Add(slots, 6);
        slots.Remove(subscribers[4]);
        slots.Remove(subscribers[1]);
        Assert.That(slots.Count, Is.EqualTo(4));
        Assert.That(Add(slots, 3).Select(subscriber => subscriber.Slot), Is.EqualTo(new[] { 1, 4, 6 }));
        Assert.That(slots.Items.Length, Is.EqualTo(7));
    }

    [Test]
    public void Few_subscribers_left_of_many_move_together()
    {
        var slots = new SubscriberSlots();
        var subscribers = Add(slots, 100);
        foreach (var subscriber in subscribers.Take(95)) slots.Remove(subscriber);
        Assert.That(slots.Count, Is.EqualTo(5));
        Assert.That(slots.Items.Length, Is.LessThan(25));
        Assert.That(slots.Items.ToArray().OfType<RecordingSubscriber>(), Is.EquivalentTo(subscribers.Skip(95)));
        foreach (var subscriber in subscribers.Skip(95)) slots.Remove(subscriber);
        Assert.That(slots.Count, Is.Zero);
    }

    [Test]
    public void Who_is_not_there_is_passed_over()
    {
        var slots = new SubscriberSlots();
        var subscribers = Add(slots, 3);
        slots.Remove(new RecordingSubscriber());
        slots.Remove(new RecordingSubscriber { Slot = 50 });
        slots.Remove(subscribers[2]);
        slots.Remove(subscribers[2]);
        Assert.That(slots.Count, Is.EqualTo(2));
    }

    [Test]
    public void A_walk_that_has_begun_sees_everybody_who_was_there_and_stays()
    {
        var slots = new SubscriberSlots();
        var subscribers = Add(slots, 40);
        var walk = slots.Items;
        Add(slots, 1000);
        foreach (var subscriber in subscribers.Take(20)) slots.Remove(subscriber);
        var seen = walk.ToArray().OfType<RecordingSubscriber>().ToArray();
        Assert.That(seen, Is.Unique.And.SubsetOf(subscribers));
        Assert.That(subscribers.Skip(20), Is.SubsetOf(seen));
    }

    [Test]
    public void Many_come_and_go()
    {
        var slots = new SubscriberSlots();
        var subscribers = Add(slots, 5000);
        Assert.That(subscribers.Select(subscriber => subscriber.Slot), Is.EqualTo(Enumerable.Range(0, 5000)));
        foreach (var subscriber in subscribers.Where((_, i) => i % 3 != 0)) slots.Remove(subscriber);
        Add(slots, 100);
        Assert.That(slots.Count, Is.EqualTo(1667 + 100));
        Assert.That(slots.Items.ToArray().OfType<Subscriber>().Count(), Is.EqualTo(slots.Count));
    }

    static RecordingSubscriber[] Add(SubscriberSlots slots, int count)
    {
        var subscribers = Enumerable.Range(0, count).Select(_ => new RecordingSubscriber()).ToArray();
        foreach (var subscriber in subscribers) slots.Add(subscriber);
        return subscribers;
    }
}
