using Microsoft.Extensions.Logging;
using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Presences;

/// <summary>Turns the tracker's changes into <c>presence_diff</c> broadcasts on this node.</summary>
/// <param name="presence">The application's presence.</param>
/// <param name="hasFetch">Whether it overrides <see cref="Presence.FetchAsync"/>.</param>
/// <param name="hasHandleMetas">Whether it overrides <see cref="Presence.HandleMetasAsync"/>.</param>
internal sealed partial class PresenceAnnouncer(Presence presence, bool hasFetch, bool hasHandleMetas, PubSub pubSub, PresenceOptions options, TimeProvider time, ILogger log)
{
    /// <summary>How long the application's callbacks may take.</summary>
    static readonly TimeSpan s_callbackTimeout = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    readonly Dictionary<string, TopicAnnouncer> _topics = new(StringComparer.Ordinal);

    public PresenceOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Log => log;

    /// <summary>Whether the application is told who is present with each diff.</summary>
    public bool NeedsPictures => hasHandleMetas;

    public Mailbox[] Mailboxes
    {
        get
        {
            lock (_lock) return [.. _topics.Values];
        }
    }

    bool IsPlain => !hasFetch && !hasHandleMetas && options.LeaveGrace <= TimeSpan.Zero;

    /// <summary>Announces changes of a topic, in the order of the calls.</summary>
    public void Announce(TopicDiff changes)
    {
        if (IsPlain)
        {
            var diff = new PresenceDiff(new(), new());
            foreach (var entry in changes.Joins) diff.Joins.Add(entry);
            foreach (var entry in changes.Leaves) diff.Leaves.Add(entry);
            Broadcast(changes.Topic, diff);
            return;
        }

        lock (_lock)
        {
            if (!_topics.TryGetValue(changes.Topic, out var announcer)) _topics.Add(changes.Topic, announcer = new(changes.Topic, this));
            announcer.Add(changes);
            RemoveIfIdle(announcer, changes.Topic);
        }
    }

    public void OnTimer(TopicAnnouncer announcer, string topic)
    {
        lock (_lock)
        {
            announcer.OnTimer();
            RemoveIfIdle(announcer, topic);
        }
    }

    public void Announced(TopicAnnouncer announcer, string topic)
    {
        lock (_lock)
        {
            announcer.OnAnnounced();
            RemoveIfIdle(announcer, topic);
        }
    }

    /// <summary>Lets the application add to the entries of a diff, in one call for all its keys.</summary>
    public async ValueTask FetchAsync(string topic, PresenceDiff diff)
    {
        if (!hasFetch) return;
        var all = new PresenceMap();
        all.AddAll(diff.Joins);
        all.AddAll(diff.Leaves);
        await FetchAsync(topic, all, CancellationToken.None).ConfigureAwait(false);
        diff.Joins.TakeValuesOf(all);
        diff.Leaves.TakeValuesOf(all);
    }

    /// <summary>Lets the application add to entries. Its failure is logged, and they stay as they are.</summary>
    public async ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken)
    {
        if (!hasFetch || entries.Count == 0) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await presence.FetchAsync(topic, entries, limit.Token).AsTask().WaitAsync(s_callbackTimeout, time, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The callback is the application's; the topic's diffs go on.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await limit.CancelAsync().ConfigureAwait(false);
            LogCallbackFailed(log, nameof(Presence.FetchAsync), e);
        }
    }

    public void Broadcast(string topic, PresenceDiff diff)
    {
        try
        {
            pubSub.LocalBroadcast(topic, "presence_diff", diff);
        }
#pragma warning disable CA1031 // A fetched value cannot be encoded, or a key or topic cannot be sent: the next diff can.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogCallbackFailed(log, "Encoding a presence_diff", e);
        }
    }

    public async ValueTask HandleMetasAsync(string topic, PresenceDiff diff, PresencePicture present)
    {
        if (!hasHandleMetas) return;
        using var limit = new CancellationTokenSource();
        try
        {
            await presence.HandleMetasAsync(topic, diff, new(present), limit.Token).AsTask().WaitAsync(s_callbackTimeout, time, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The callback is the application's; the topic's diffs go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await limit.CancelAsync().ConfigureAwait(false);
            LogCallbackFailed(log, nameof(Presence.HandleMetasAsync), e);
        }
    }

    void RemoveIfIdle(TopicAnnouncer announcer, string topic)
    {
        if (announcer.IsIdle) _topics.Remove(topic);
    }

    [LoggerMessage(1, LogLevel.Error, "{What} of a presence failed; its diffs go on.")]
    static partial void LogCallbackFailed(ILogger logger, string what, Exception exception);
}
