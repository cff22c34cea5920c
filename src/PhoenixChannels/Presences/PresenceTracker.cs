using System.Text;
using System.Text.Json;
using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Presences;

/// <summary>One presence on its tracker: makes metas on the way in and lists on the way out.</summary>
internal sealed class PresenceTracker : ITrackerHandler
{
    readonly Tracker _tracker;
    readonly PresenceAnnouncer _announcer;
    readonly JsonSerializerOptions _json;
    readonly int _maxKeyLength;

    public PresenceTracker(Func<ITrackerHandler, Tracker> create, PresenceAnnouncer announcer, JsonSerializerOptions json, PresenceOptions options)
    {
        _tracker = create(this);
        _announcer = announcer;
        _json = json;
        _maxKeyLength = options.MaxKeyLength;
    }

    /// <summary>Where what it does waits to be done.</summary>
    public IEnumerable<Mailbox> Mailboxes => [.. _tracker.Mailboxes, .. _announcer.Mailboxes];

    public long CreateOwner() => _tracker.CreateOwner();

    public Task StartAsync(CancellationToken cancellationToken) => _tracker.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _tracker.StopAsync(cancellationToken);

    public async ValueTask<TrackResult> TrackAsync(string topic, string key, Payload meta, PresenceOwner owner)
    {
        Check(key);
        var encoded = PresenceMeta.Create(meta.Encode(_json), default);
        owner.TryCall(() => _tracker.TrackAsync(topic, key, owner.Id, encoded), out var tracking);
        return await tracking.ConfigureAwait(false);
    }

    public async ValueTask<UpdateResult> UpdateAsync(string topic, string key, Payload meta, PresenceOwner owner)
    {
        Check(key);
        var encoded = meta.Encode(_json);
        PresenceMeta.Check(encoded);
        if (!owner.TryCall(() => _tracker.UpdateAsync(topic, key, owner.Id, replaced => PresenceMeta.Create(encoded, replaced.Span)), out var updating)) return UpdateResult.NotTracked;
        return await updating.ConfigureAwait(false);
    }

    public async ValueTask UntrackAsync(string topic, string key, PresenceOwner owner)
    {
        owner.TryCall(() => _tracker.UntrackAsync(topic, key, owner.Id), out var untracking);
        await untracking.ConfigureAwait(false);
    }

    /// <summary>Untracks all of an owner. Whatever is tracked from now on comes behind it.</summary>
    public void UntrackAll(PresenceOwner owner) => _ = _tracker.UntrackAsync(owner.Id);

    public async ValueTask<PresenceMap> ListAsync(string topic, CancellationToken cancellationToken)
    {
        var entries = await _tracker.ListAsync(topic).ConfigureAwait(false);
        var present = new PresenceMap(entries.Count);
        foreach (var entry in entries) present.Add(entry);
        await _announcer.FetchAsync(topic, present, cancellationToken).ConfigureAwait(false);
        return present;
    }

    public async ValueTask<PresenceEntry?> GetAsync(string topic, string key, CancellationToken cancellationToken)
    {
        var present = new PresenceMap();
        foreach (var entry in await _tracker.GetByKeyAsync(topic, key).ConfigureAwait(false)) present.Add(entry);
        await _announcer.FetchAsync(topic, present, cancellationToken).ConfigureAwait(false);
        return present.TryGetValue(key, out var found) ? found : null;
    }

    public Task<int> CountAsync(string topic) => _tracker.CountAsync(topic);

    public void HandleDiff(IReadOnlyList<TopicDiff> diff)
    {
        foreach (var topic in diff) _announcer.Announce(topic);
    }

    void Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length * 3 > _maxKeyLength && Encoding.UTF8.GetByteCount(key) > _maxKeyLength) throw new ArgumentException($"A presence key may have {_maxKeyLength} bytes (PresenceOptions.MaxKeyLength).", nameof(key));
    }
}
