using PhoenixChannels.Benchmarks.Fakes;

namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>A tracker whose handler does nothing.</summary>
sealed class TrackerSubject : Subject
{
    readonly Node _node = new();
    readonly Tracker _tracker;
    long[] _owners = [];

    public TrackerSubject() => _tracker = new(_node.PubSub, "benchmark", new Nobody(), new() { BroadcastPeriod = BroadcastPeriod });

    public override string Name => "Tracker";

    public override Task StartAsync(int capacity)
    {
        _owners = new long[capacity];
        for (var i = 0; i < capacity; i++) _owners[i] = _tracker.CreateOwner();
        return _tracker.StartAsync();
    }

    public override Task LeaveAsync(int from, int count) => Task.WhenAll(Enumerable.Range(from, count).Select(i => _tracker.UntrackAsync(_owners[i])));

    public override async Task<int> ListAsync() => (await _tracker.ListAsync(Topic)).Count;

    public override Task<int> CountAsync() => _tracker.CountAsync(Topic);

    public override async ValueTask DisposeAsync()
    {
        await _tracker.StopAsync();
        await _node.DisposeAsync();
    }

    protected override Task JoinAsync(int i) => _tracker.TrackAsync(Topic, KeyOf(i), _owners[i], "{\"phx_ref\":\"AAAAAAAAAAAAAAAA\",\"online_at\":1700000000,\"device\":\"phone\"}"u8.ToArray());

    sealed class Nobody : ITrackerHandler
    {
        public void HandleDiff(IReadOnlyList<TopicDiff> diff)
        {
        }
    }
}
