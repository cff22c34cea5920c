using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking.Simulation;

/// <summary>
/// Nodes on a network that loses, repeats, delays and reorders, cuts links in one direction, refuses to take messages, and kills and
/// restarts nodes, until it is told to be quiet. All of it follows from the seed.
/// </summary>
sealed class SimulatedCluster
{
    public static readonly string[] Topics = [.. Enumerable.Range(0, 4).Select(i => $"topic:{i}")];
    public static readonly string[] Keys = [.. Enumerable.Range(0, 14).Select(i => $"key{i}")];

    readonly PriorityQueue<Action, (long At, long Number)> _agenda = new();
    readonly Dictionary<string, SimulatedNode> _nodes = [];
    readonly HashSet<(string From, string To)> _cuts = [];
    readonly Dictionary<ShardEvent, int> _events = [];
    readonly TrackerOptions _options;
    readonly double _loss, _repeats, _longDelays;
    readonly TimeSpan _between;
    long _number;

    public SimulatedCluster(int seed)
    {
        Random = new(seed);
        Time = new(Random);
        _options = new()
        {
            BroadcastPeriod = TimeSpan.FromMilliseconds(1500),
            MaxDeltaSizes = Random.Next(2) == 0 ? [3, 8, 20] : [100, 1000, 10_000],
            DiffWindow = TimeSpan.FromMilliseconds(Random.Next(3) == 0 ? Random.Next(1, 3000) : 0),
            MaxMessageBytes = Random.Next(2) == 0 ? 100 : 256 * 1024,
        };
        _loss = Random.Next(3) * 0.15;
        _repeats = Random.Next(2) * 0.1;
        _longDelays = Random.Next(3) * 0.05;
        _between = TimeSpan.FromMilliseconds(Random.Next(20, 2000));
        var count = Random.Next(2, 8);
        for (var i = 0; i < count; i++) Start($"n{i}");
    }

    public Random Random { get; }

    public VirtualTime Time { get; }

    public bool IsQuiet { get; private set; }

    public IReadOnlyDictionary<ShardEvent, int> Events => _events;

    public void After(TimeSpan delay, Action what) => _agenda.Enqueue(what, (Time.GetTimestamp() + delay.Ticks, _number++));

    public TimeSpan Latency() => TimeSpan.FromMilliseconds(IsQuiet ? Random.Next(1, 20) : Random.NextDouble() < _longDelays ? Random.Next(100_000) : Random.Next(1, 300));

    public void Count(ShardEvent what) => _events[what] = _events.GetValueOrDefault(what) + 1;

    public void Send(SimulatedNode from, string? to, List<byte[]> messages)
    {
        foreach (var message in messages)
            foreach (var (name, _) in _nodes)
            {
                if (name == from.Id.Name || (to is not null && name != to) || _cuts.Contains((from.Id.Name, name))) continue;
                if (!IsQuiet && Random.NextDouble() < _loss) continue;
                Deliver(name, message);
                if (!IsQuiet && Random.NextDouble() < _repeats) Deliver(name, message);
            }
    }

    /// <summary>Lets everything go wrong for a while, then nothing, and looks at what came of it.</summary>
    public void Run()
    {
        Operate();
        Disturb();
        Pass(TimeSpan.FromSeconds(Random.Next(5) == 0 ? Random.Next(1000, 4000) : Random.Next(10, 300)));
        IsQuiet = true;
        _cuts.Clear();
        // As long as a late message may still be under way, a node takes to be shown as down, and a sign of life and its answers take.
        Pass(TimeSpan.FromSeconds(100 + 33 + 30));
        Check();
    }

    void Start(string name)
    {
        // A restarted node's clock may have been set back: its number is as likely to be lower as higher.
        var id = new ReplicaId(name, (ulong)Random.NextInt64(1L << 40));
        var node = new SimulatedNode(this, id, _options);
        _nodes[name] = node;
        After(node.Logic.FirstPeriod, () => Tick(node));
    }

    void Tick(SimulatedNode node)
    {
        if (!node.IsAlive) return;
        node.Logic.Tick();
        After(node.Options.BroadcastPeriod + TimeSpan.FromMilliseconds(Random.Next(20)), () => Tick(node));
    }

    void Deliver(string to, byte[] message) => After(Latency(), () =>
    {
        if (_nodes.TryGetValue(to, out var node)) node.Logic.Receive(message);
    });

    void Operate()
    {
        if (IsQuiet) return;
        if (_nodes.Count > 0) Any().Operate();
        After(_between * (Random.NextDouble() * 2), Operate);
    }

    void Disturb()
    {
        if (IsQuiet) return;
        switch (Random.Next(8))
        {
            case < 3:
                _cuts.Add((Any().Id.Name, Any().Id.Name));
                break;
            case 3:
                var cutOff = Any().Id.Name;
                foreach (var name in _nodes.Keys) _cuts.UnionWith([(cutOff, name), (name, cutOff)]);
                break;
            case < 6:
                _cuts.Clear();
                break;
            case 6:
                var killed = Any();
                Stop(killed);
                Start(killed.Id.Name);
                break;
            default:
                if (_nodes.Count <= 2) break;
                var leaving = Any();
                if (Random.Next(2) == 0) leaving.Logic.Leave();
                Stop(leaving);
                if (Random.Next(2) == 0) After(TimeSpan.FromSeconds(Random.Next(60)), () => Restart(leaving.Id.Name));
                break;
        }

        After(TimeSpan.FromSeconds(Random.Next(8) == 0 ? Random.Next(1500) : Random.Next(1, 60)), Disturb);
    }

    void Restart(string name)
    {
        if (!_nodes.ContainsKey(name) && !IsQuiet) Start(name);
    }

    void Stop(SimulatedNode node)
    {
        node.IsAlive = false;
        _nodes.Remove(node.Id.Name);
    }

    SimulatedNode Any() => _nodes.Values.ElementAt(Random.Next(_nodes.Count));

    void Pass(TimeSpan time)
    {
        var end = Time.GetTimestamp() + time.Ticks;
        while (_agenda.TryPeek(out _, out var next) && next.At <= end)
        {
            var what = _agenda.Dequeue();
            Time.Advance(TimeSpan.FromTicks(next.At - Time.GetTimestamp()));
            what();
        }

        Time.Advance(TimeSpan.FromTicks(end - Time.GetTimestamp()));
    }

    void Check()
    {
        var expected = new HashSet<(string, string, string)>();
        foreach (var node in _nodes.Values)
            foreach (var ((topic, key, _), meta) in node.Tracked) expected.Add((topic, key, meta));
        foreach (var node in _nodes.Values)
        {
            var listed = node.Listed();
            Assert.That(listed.Except(expected), Is.Empty, $"ghosts at {node.Id}");
            Assert.That(expected.Except(listed), Is.Empty, $"missing at {node.Id}");
            Assert.That(node.Heard(), Is.EquivalentTo(listed), $"diffs at {node.Id}");
            foreach (var replica in node.Logic.State.Replicas)
                if (replica.IsUp) Assert.That(replica.Part.Known.RangeCount, Is.LessThanOrEqualTo(1), $"cloud at {node.Id}");
        }
    }
}
