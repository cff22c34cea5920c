using Microsoft.Extensions.Logging;
using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Presences;

/// <summary>
/// Announces the diffs of one topic, one at a time and in order: fetched, broadcast on this node, handed to the application. Lives while
/// there is something to announce, or somebody present whom the application is told of; a fetch that takes its time holds up its own topic alone.
/// </summary>
internal sealed partial class TopicAnnouncer(string topic, PresenceAnnouncer announcer) : Mailbox
{
    readonly HeldLeaves _held = new();
    PresencePicture _present = PresencePicture.Empty;
    ITimer? _timer;
    int _underWay;

    /// <summary>Whether nothing is left to announce and nothing to know. Under the announcer's lock, as all but the handling.</summary>
    public bool IsIdle => _underWay == 0 && _held.IsEmpty && _present.Count == 0;

    public void Add(TopicDiff changes)
    {
        var diff = new PresenceDiff(new(), new());
        foreach (var entry in changes.Joins) diff.Joins.Add(entry);
        var now = announcer.Time.GetTimestamp();
        foreach (var entry in changes.Leaves) _held.Hold(entry, now);
        ReleaseAndPost(diff, now);
    }

    /// <summary>The oldest leave has waited long enough.</summary>
    public void OnTimer()
    {
        _timer?.Dispose();
        _timer = null;
        ReleaseAndPost(new(new(), new()), announcer.Time.GetTimestamp());
    }

    /// <summary>A diff has been announced.</summary>
    public void OnAnnounced() => _underWay--;

    protected override async ValueTask HandleAsync(Letter letter)
    {
        var (diff, present) = ((DiffLetter)letter).Content;
        try
        {
            await announcer.FetchAsync(topic, diff).ConfigureAwait(false);
            announcer.Broadcast(topic, diff);
            await announcer.HandleMetasAsync(topic, diff, present).ConfigureAwait(false);
        }
        finally
        {
            announcer.Announced(this, topic);
        }
    }

    protected override void OnUnhandled(Exception exception) => LogFailed(announcer.Log, exception);

    void ReleaseAndPost(PresenceDiff diff, long now)
    {
        var grace = announcer.Options.LeaveGrace;
        _held.Release(diff, since => announcer.Time.GetElapsedTime(since, now) >= grace);
        if (diff.Joins.Count + diff.Leaves.Count > 0)
        {
            _underWay++;
            if (announcer.NeedsPictures) _present = _present.With(diff);
            Post(new DiffLetter(diff, _present));
        }

        if (_held.IsEmpty || _timer is not null) return;
        var left = grace - announcer.Time.GetElapsedTime(_held.Oldest, now);
        _timer = announcer.Time.CreateTimer(_ => announcer.OnTimer(this, topic), null, left, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(1, LogLevel.Error, "A presence diff could not be announced.")]
    static partial void LogFailed(ILogger logger, Exception exception);

    sealed class DiffLetter(PresenceDiff diff, PresencePicture present) : Letter
    {
        public (PresenceDiff Diff, PresencePicture Present) Content => (diff, present);
    }
}
