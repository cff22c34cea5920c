using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Benchmarks.Fakes;
using PhoenixChannels.Presences;
using PhoenixChannels.Serializers;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>A presence as channels use it, with one client on this node that gets every diff.</summary>
class PresenceSubject<TPresence> : Subject
    where TPresence : Presence
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    readonly Node _node;
    readonly FakeClient _client = new(new V2JsonSerializer());
    PresenceOwner[] _owners = [];

    public PresenceSubject(Action<PresenceOptions>? configure = null)
    {
        _node = new(channels => channels.AddPresence<TPresence>(options =>
        {
            options.Tracker.BroadcastPeriod = BroadcastPeriod;
            configure?.Invoke(options);
        }));
        Presence = _node.Get<TPresence>();
        _node.PubSub.Registry.Subscribe(Topic, _client);
    }

    public override string Name => "Presence";

    protected TPresence Presence { get; }

    public override Task StartAsync(int capacity)
    {
        _owners = new PresenceOwner[capacity];
        return Presence.Tracker.StartAsync(default);
    }

    public override async Task LeaveAsync(int from, int count)
    {
        foreach (var owner in _owners.AsSpan(from, count)) owner.End();

        // Is answered behind them.
        await CountAsync();
    }

    public override async Task<int> ListAsync() => (await Presence.ListAsync(Topic)).Count;

    public override async Task<int> EncodeAsync() => PresenceJson.Encode(await Presence.ListAsync(Topic), s_json).Length;

    public override Task<int> CountAsync() => Presence.CountAsync(Topic).AsTask();

    public override int Announce(int count)
    {
        var diff = new TopicDiff(Topic);
        diff.AddJoin(new Entry(Topic, "somebody", 0, PresenceMeta.Create(Payload.From(new Meta(1700000000, "phone")).Encode(s_json), default), 0));
        for (var i = 0; i < count; i++) Presence.Tracker.HandleDiff([diff]);
        return _client.LastLength;
    }

    public override async ValueTask DisposeAsync()
    {
        await Presence.Tracker.StopAsync(default);
        await _node.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task JoinAsync(int i) => Presence.Tracker.TrackAsync(Topic, KeyOf(i), Payload.From(new Meta(1700000000, "phone")), _owners[i] = new(Presence)).AsTask();

    sealed record Meta(long OnlineAt, string Device);
}
