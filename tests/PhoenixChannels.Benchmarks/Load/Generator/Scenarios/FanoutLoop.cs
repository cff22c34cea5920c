namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>Broadcasts that are each followed by the next one when all subscribers have it.</summary>
sealed class FanoutLoop
{
    const int Publishers = 256, Window = 64;

    readonly Clients _clients;
    readonly int _subscribers, _publishers;
    readonly Sequences _sequences;
    readonly long[] _numbers;
    readonly (long Sent, int Missing)[] _broadcasts;
    int _inFlight;
    bool _isEnding;

    public FanoutLoop(Clients clients, int subscribers, int publishers)
    {
        (_clients, _subscribers, _publishers) = (clients, subscribers, publishers);
        _sequences = new(subscribers, publishers);
        _numbers = new long[publishers];
        _broadcasts = new (long, int)[publishers * Window];
        clients.OnMessage = Take;
    }

    public bool IsMeasuring { get; set; }

    public long Deliveries { get; private set; }

    /// <summary>Until the last subscriber has a broadcast.</summary>
    public Latency Latency { get; } = new();

    public long Reordered => _sequences.Reordered;

    /// <summary>What a later one overtook, and what never came.</summary>
    public long Lost => _sequences.Lost + _broadcasts.Sum(static broadcast => (long)broadcast.Missing);

    public void Start(int inFlight)
    {
        for (var i = 0; i < inFlight; i++) Publish(i % _publishers);
    }

    /// <summary>Waits for what is in flight, in vain if need be.</summary>
    public void Finish()
    {
        _isEnding = true;
        _clients.Run(Clock.Now + 5 * Clock.Second, () => _inFlight == 0);
        _clients.OnMessage = null;
    }

    void Publish(int publisher)
    {
        var number = ++_numbers[publisher];
        Broadcast(publisher, number) = (Clock.Now, _subscribers);
        _inFlight++;
        _clients.SendShout(_clients.All[publisher], number * Publishers + publisher);
    }

    void Take(Connection connection, ReadOnlySpan<byte> message, long now)
    {
        var (number, publisher) = Math.DivRem(Wire.NumberIn(message), Publishers);
        if (number == 0 || publisher >= _publishers)
        {
            _clients.Fail(message);
            return;
        }

        if (IsMeasuring) Deliveries++;
        var first = _sequences.Observe(connection.Id, (int)publisher, number);
        if (first == 0) return;
        // What is lost is done with as well, or the loop would stand still.
        for (; first <= number; first++) Settle((int)publisher, first, now);
    }

    void Settle(int publisher, long number, long now)
    {
        ref var broadcast = ref Broadcast(publisher, number);
        if (--broadcast.Missing > 0) return;
        _inFlight--;
        if (IsMeasuring) Latency.Record(now - broadcast.Sent);
        if (!_isEnding) Publish(publisher);
    }

    ref (long Sent, int Missing) Broadcast(int publisher, long number) => ref _broadcasts[publisher * Window + number % Window];
}
