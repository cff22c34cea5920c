namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>A presence with <c>HandleMetasAsync</c>; a join is over when that has been called.</summary>
sealed class WatchedSubject : PresenceSubject<WatchedPresence>
{
    public override string Name => "Presence, HandleMetas";

    public override Task JoinAsync(int from, int count)
    {
        var handled = Presence.HandledAsync(count);
        return Task.WhenAll(base.JoinAsync(from, count), handled);
    }

    /// <summary>Not by itself: it would pile up metas under one key.</summary>
    public override int Announce(int count) => 0;

    public override Task LeaveAsync(int from, int count)
    {
        var handled = Presence.HandledAsync(count);
        return Task.WhenAll(base.LeaveAsync(from, count), handled);
    }
}
