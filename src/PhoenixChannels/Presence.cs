using PhoenixChannels.Presences;

namespace PhoenixChannels;

/// <summary>
/// Who is here: tracks keys, such as user ids, on topics, on all nodes, and tells the topics' clients by <c>presence_diff</c> what has changed.
/// The counterpart of <see href="https://hexdocs.pm/phoenix/Phoenix.Presence.html">Phoenix.Presence</see>; register it with
/// <c>AddPresence&lt;TPresence&gt;()</c>, once for each class.
/// </summary>
/// <remarks>
/// There is no central store: each node keeps what it tracks itself, and the nodes converge whatever happens between them. A node that
/// is not heard of for a while is left out of the lists until it is back.
/// </remarks>
/// <example>
/// <code>
/// sealed class ChatPresence : Presence;
///
/// protected override async ValueTask JoinedAsync(CancellationToken ct)         // in a channel
/// {
///     Push("presence_state", await presence.ListAsync(Topic, ct));              // first the others, then oneself: clients of old need this order
///     await presence.TrackAsync(this, Socket.UserId, new { onlineAt = now }, ct);
/// }
/// </code>
/// </example>
public class Presence
{
    internal PresenceTracker Tracker
    {
        get => field ?? throw new InvalidOperationException($"{GetType().Name} is not registered: call AddPhoenixChannels().AddPresence<{GetType().Name}>().");
        set;
    }

    /// <summary>Tracks a key on the channel's topic, until it is untracked or the channel ends.</summary>
    /// <param name="channel">The channel that is present.</param>
    /// <param name="key">What it is listed under; several channels may share one, as several devices of one user do.</param>
    /// <param name="meta">A value that encodes to a JSON object. <c>phx_ref</c> and <c>phx_ref_prev</c> in it are dropped.</param>
    /// <param name="cancellationToken">Not waited for: tracking is local, and the other nodes follow.</param>
    /// <exception cref="ArgumentException">The meta is no JSON object, or the key is too long.</exception>
    /// <exception cref="InvalidOperationException">Called from <see cref="Channel.JoinAsync"/>.</exception>
    public ValueTask<TrackResult> TrackAsync<TMeta>(Channel channel, string key, TMeta meta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Tracker.TrackAsync(channel.Process.Topic, key, Payload.From(meta), OwnerOf(channel, nameof(TrackAsync)));
    }

    /// <summary>Replaces the meta of a key that the channel tracks. The clients get one diff, with the old meta as a leave and the new one, which names it by <c>phx_ref_prev</c>, as a join.</summary>
    /// <inheritdoc cref="TrackAsync{TMeta}(Channel, string, TMeta, CancellationToken)"/>
    public ValueTask<UpdateResult> UpdateAsync<TMeta>(Channel channel, string key, TMeta meta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Tracker.UpdateAsync(channel.Process.Topic, key, Payload.From(meta), OwnerOf(channel, nameof(UpdateAsync)));
    }

    /// <summary>Untracks a key of the channel; one that it does not track is passed over.</summary>
    public ValueTask UntrackAsync(Channel channel, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(key);
        return Tracker.UntrackAsync(channel.Process.Topic, key, OwnerOf(channel, nameof(UntrackAsync)));
    }

    /// <summary>Tracks a key on a topic for an owner without a channel, such as a hosted service or a worker that is not connected. It is tracked until the handle is disposed of.</summary>
    /// <exception cref="ArgumentException">The meta is no JSON object, or the key is too long.</exception>
    public async ValueTask<PresenceHandle> TrackAsync<TMeta>(string topic, string key, TMeta meta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var owner = new PresenceOwner(this);
        await Tracker.TrackAsync(topic, key, Payload.From(meta), owner).ConfigureAwait(false);
        return new(Tracker, owner, topic, key);
    }

    /// <summary>Who is present on a topic, on all nodes, with what <see cref="FetchAsync"/> adds.</summary>
    public ValueTask<PresenceMap> ListAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return Tracker.ListAsync(topic, cancellationToken);
    }

    /// <summary>What is present on a topic under one key; null when nothing is.</summary>
    public ValueTask<PresenceEntry?> GetAsync(string topic, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(key);
        return Tracker.GetAsync(topic, key, cancellationToken);
    }

    /// <summary>How many metas are present on a topic, on all nodes, without a list being made: one user with two devices counts twice.</summary>
    public ValueTask<int> CountAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new(Tracker.CountAsync(topic));
    }

    /// <summary>
    /// Adds to entries before they go out, as in <c>entries["ann"].Set("user", user)</c>: called once for all keys of a diff or of a list, so that one
    /// query is enough. When it throws, or takes longer than ten seconds, the failure is logged and the entries go out as they are; a topic's diffs keep their order, and other topics do not wait.
    /// </summary>
    protected internal virtual ValueTask FetchAsync(string topic, PresenceMap entries, CancellationToken cancellationToken) => default;

    /// <summary>Called for each diff, behind its announcement, in order for each topic, on every node.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="diff">What has changed.</param>
    /// <param name="present">Who is present with this diff: those whose leave is held back still are.</param>
    /// <param name="cancellationToken">Cancelled after ten seconds.</param>
    protected internal virtual ValueTask HandleMetasAsync(string topic, PresenceDiff diff, PresenceMap present, CancellationToken cancellationToken) => default;

    PresenceOwner OwnerOf(Channel channel, string method) => channel.Process.PresenceOwnerOf(this, method);
}
