using System.Text;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

/// <summary>Keeps the diffs as text, and what they add up to.</summary>
sealed class RecordingHandler : ITrackerHandler
{
    readonly Lock _lock = new();
    readonly List<string> _diffs = [], _replicas = [];
    readonly HashSet<string> _present = [];

    /// <summary>While set, every diff throws.</summary>
    public bool Throws { get; set; }

    /// <summary>One text per diff: <c>topic +key=meta -key=meta</c>, topics separated by a bar.</summary>
    public string[] Diffs => Locked(_diffs);

    public string[] Replicas => Locked(_replicas);

    /// <summary>What somebody has who only hears the diffs: <c>topic/key=meta</c>.</summary>
    public string[] Present => [.. Locked(_present).Order(StringComparer.Ordinal)];

    public void HandleDiff(IReadOnlyList<TopicDiff> diff)
    {
        lock (_lock)
        {
            _diffs.Add(string.Join(" | ", diff.Select(Describe)));
            foreach (var topic in diff)
            {
                foreach (var leave in topic.Leaves) Assert.That(_present.Remove($"{topic.Topic}/{Describe(leave)}"), Is.True);
                foreach (var join in topic.Joins) Assert.That(_present.Add($"{topic.Topic}/{Describe(join)}"), Is.True);
            }
        }

        if (Throws) throw new InvalidOperationException("as told");
    }

    public void HandleReplica(string node, ReplicaStatus status)
    {
        lock (_lock) _replicas.Add($"{node} {status}");
    }

    public void Clear()
    {
        lock (_lock)
        {
            _diffs.Clear();
            _replicas.Clear();
        }
    }

    public static string Describe(TrackedEntry entry) => $"{entry.Key}={Encoding.UTF8.GetString(entry.Meta.Span)}";

    static string Describe(TopicDiff diff) => string.Join(' ', [diff.Topic, .. diff.Joins.Select(entry => "+" + Describe(entry)), .. diff.Leaves.Select(entry => "-" + Describe(entry))]);

    string[] Locked(IEnumerable<string> texts)
    {
        lock (_lock) return [.. texts];
    }
}
