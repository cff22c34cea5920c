namespace PhoenixChannels.Topics;

/// <summary>
/// A topic's subscribers, each in a slot whose number it knows, so that removing needs no search. Leaving makes a hole that the
/// next to come fills; an array with more holes than subscribers is replaced. Changed under the shard's lock, walked without one:
/// a walk sees the array as it was when it began, with those who leave meanwhile taken out where they still are.
/// </summary>
internal sealed class SubscriberSlots
{
    const int SmallestCompacted = 16;

    Subscriber?[] _items = new Subscriber?[4];
    int _used;                      // slots that have been filled at some time
    int _firstHole;                 // no hole is below

    public int Count { get; private set; }

    public ReadOnlySpan<Subscriber?> Items => _items.AsSpan(0, _used);

    public void Add(Subscriber subscriber)
    {
        if (Count < _used)
        {
            while (_items[_firstHole] is not null) _firstHole++;
            Put(subscriber, _firstHole);
            return;
        }

        if (_used == _items.Length) Array.Resize(ref _items, _used < 1024 ? _used * 2 : _used + (_used / 4));
        Put(subscriber, _used++);
    }

    public void Remove(Subscriber subscriber)
    {
        var slot = subscriber.Slot;
        if (slot >= _used || !ReferenceEquals(_items[slot], subscriber)) return;
        _items[slot] = null;
        _firstHole = Math.Min(_firstHole, slot);
        Count--;
        if (_used > SmallestCompacted && Count < _used / 4) Compact();
    }

    void Put(Subscriber subscriber, int slot)
    {
        subscriber.Slot = slot;
        Volatile.Write(ref _items[slot], subscriber);
        Count++;
    }

    void Compact()
    {
        var old = Items;
        _items = new Subscriber?[Math.Max(4, Count * 2)];
        (_used, Count, _firstHole) = (0, 0, 0);
        foreach (var subscriber in old)
            if (subscriber is not null) Put(subscriber, _used++);
    }
}
