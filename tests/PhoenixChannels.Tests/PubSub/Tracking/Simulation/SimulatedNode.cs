using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.Simulation;

/// <summary>One life of a node: the logic of a shard, what it ought to have, and what somebody knows who only hears its diffs.</summary>
sealed class SimulatedNode : IShardPort
{
    readonly SimulatedCluster _cluster;
    readonly HashSet<(string Topic, string Key, string Meta)> _heard = [];
    int _metas;

    public SimulatedNode(SimulatedCluster cluster, ReplicaId id, TrackerOptions options)
    {
        _cluster = cluster;
        Id = id;
        Options = options;
        Logic = new(id, options, this, cluster.Time, cluster.Random);
    }

    public ReplicaId Id { get; }

    public TrackerOptions Options { get; }

    public ShardLogic Logic { get; }

    public bool IsAlive { get; set; } = true;

    /// <summary>What this node tracks, by the rules of the API alone.</summary>
    public Dictionary<(string Topic, string Key, long Owner), string> Tracked { get; } = [];

    /// <summary>As the topics list it.</summary>
    public HashSet<(string Topic, string Key, string Meta)> Listed()
    {
        HashSet<(string, string, string)> listed = [];
        foreach (var topic in SimulatedCluster.Topics)
        {
            List<Entry> entries = [];
            Logic.State.List(topic, entries);
            Assert.That(Logic.State.Count(topic), Is.EqualTo(entries.Count), "count");
            foreach (var entry in entries) Assert.That(listed.Add((topic, entry.Key, Text(entry.Meta))), Is.True, "listed twice");
        }

        return listed;
    }

    public HashSet<(string Topic, string Key, string Meta)> Heard()
    {
        Logic.FlushDiffs();
        return _heard;
    }

    public void Operate()
    {
        var random = _cluster.Random;
        var (topic, key, owner) = (Pick(SimulatedCluster.Topics), Pick(SimulatedCluster.Keys), random.NextInt64(4));
        var isTracked = Tracked.ContainsKey((topic, key, owner));
        switch (random.Next(10))
        {
            case < 5:
                var meta = NextMeta();
                Assert.That(Logic.Track(topic, key, owner, Bytes(meta)), Is.EqualTo(isTracked ? TrackResult.AlreadyTracked : TrackResult.Tracked));
                Tracked.TryAdd((topic, key, owner), meta);
                break;
            case < 7:
                var entry = Logic.Find(topic, key, owner);
                Assert.That(entry is not null, Is.EqualTo(isTracked));
                if (entry is null) return;
                Tracked[(topic, key, owner)] = NextMeta();
                Logic.Update(entry, Bytes(Tracked[(topic, key, owner)]));
                break;
            case < 9:
                Assert.That(Logic.Untrack(topic, key, owner), Is.EqualTo(isTracked));
                Tracked.Remove((topic, key, owner));
                break;
            default:
                var ofOwner = Tracked.Keys.Where(tracked => tracked.Owner == owner).ToArray();
                Assert.That(Logic.Untrack(owner, null), Is.EqualTo(ofOwner.Length));
                foreach (var tracked in ofOwner) Tracked.Remove(tracked);
                break;
        }
    }

    public void Broadcast(List<byte[]> messages)
    {
        var isTaken = _cluster.IsQuiet || _cluster.Random.Next(10) > 0;
        if (isTaken) _cluster.Send(this, null, messages);
        _cluster.After(_cluster.Latency(), () =>
        {
            if (IsAlive) Logic.Sent(isTaken);
        });
    }

    public void SendTo(string node, List<byte[]> messages) => _cluster.Send(this, node, messages);

    public void ScheduleFlush() => _cluster.After(Options.DiffWindow, () =>
    {
        if (IsAlive) Logic.FlushDiffs();
    });

    public void HandleDiff(List<TopicDiff> diff)
    {
        Assert.That(diff.Select(topic => topic.Topic), Is.Unique);
        foreach (var topic in diff)
        {
            Assert.That(topic.Joins.Count + topic.Leaves.Count, Is.Positive, "an empty diff");
            foreach (var leave in topic.Leaves) Assert.That(_heard.Remove((topic.Topic, leave.Key, Text(leave.Meta.Span))), Is.True, "what was not there has left");
            foreach (var join in topic.Joins) Assert.That(_heard.Add((topic.Topic, join.Key, Text(join.Meta.Span))), Is.True, "what was there has joined");
        }
    }

    public void HandleReplica(string node, ReplicaStatus status)
    {
    }

    public void Report(ShardEvent what, ReplicaId replica)
    {
        Assert.That(what, Is.Not.EqualTo(ShardEvent.Unreadable).And.Not.EqualTo(ShardEvent.NotRenewed));
        _cluster.Count(what);
    }

    string NextMeta() => $"{Id}-{++_metas}";

    T Pick<T>(T[] from) => from[_cluster.Random.Next(from.Length)];

    static byte[] Bytes(string meta) => System.Text.Encoding.UTF8.GetBytes(meta);

    static string Text(ReadOnlySpan<byte> meta) => System.Text.Encoding.UTF8.GetString(meta);
}
