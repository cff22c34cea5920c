namespace PhoenixChannels;

/// <summary>What has changed in one topic.</summary>
public sealed class TopicDiff
{
    readonly List<TrackedEntry> _joins = [], _leaves = [];

    internal TopicDiff(string topic) => Topic = topic;

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>What has come.</summary>
    public IReadOnlyList<TrackedEntry> Joins => _joins;

    /// <summary>What has gone.</summary>
    public IReadOnlyList<TrackedEntry> Leaves => _leaves;

    internal void AddJoin(Tracking.Entry entry) => _joins.Add(new(entry.Key, entry.Meta));

    internal void AddLeave(Tracking.Entry entry) => _leaves.Add(new(entry.Key, entry.Meta));
}
