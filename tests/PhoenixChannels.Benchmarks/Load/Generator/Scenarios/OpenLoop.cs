namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>
/// Messages at a fixed rate, whatever becomes of those before. A time is counted from when a message was meant to be sent: who is late with
/// one makes all behind it late, and that is what a user feels.
/// </summary>
sealed class OpenLoop(Action<long, long> send)
{
    readonly Latency _lag = new();
    long _firstNumber = 1, _began, _step, _end;

    public Latency Latency { get; } = new();

    public long Sent { get; private set; }

    public long Deliveries { get; private set; }

    /// <summary>Runs at a rate, and waits up to so many seconds at the end for all to have so many deliveries.</summary>
    public void Run(Clients clients, double rate, double seconds, int deliveriesOfEach, double patience = 3)
    {
        _firstNumber += Sent;
        (Sent, Deliveries, _step) = (0, 0, Math.Max(1, Clock.Of(1 / rate)));
        _began = Clock.Now + 10 * Clock.Millisecond;
        _end = _began + Clock.Of(seconds);
        Latency.Reset();
        _lag.Reset();
        var tick = clients.OnTick;
        clients.OnTick = tick is null ? Tick : now => Math.Min(tick(now), Tick(now));
        clients.Run(_end + Clock.Of(patience), () => Clock.Now >= _end && Deliveries >= Sent * deliveriesOfEach);
        clients.OnTick = tick;
    }

    /// <summary>Counts a message; its place in this run, or less than nothing when it belongs to an earlier one.</summary>
    public long Take(long number, long now)
    {
        var place = number - _firstNumber;
        if (place < 0) return -1;
        Deliveries++;
        Latency.Record(now - (_began + place * _step));
        return place;
    }

    public void Report(Figures figures, string phase = "")
    {
        Latency.Report(figures, phase);
        figures.Add($"{phase}lag_p99_us", _lag.Microseconds(99));
    }

    long Tick(long now)
    {
        long due;
        while ((due = _began + Sent * _step) <= now && due < _end)
        {
            var place = Sent++;
            send(place, _firstNumber + place);
            _lag.Record(now - due);
            now = Clock.Now;
        }

        return due < _end ? due : now < _end ? _end : Clock.Never;
    }
}
