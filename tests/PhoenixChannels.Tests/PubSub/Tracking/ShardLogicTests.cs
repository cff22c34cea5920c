using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Tests.Broadcasting.Tracking.Simulation;
using PhoenixChannels.Tests.Broadcasting.Tracking.State;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

// The cases of phoenix_pubsub's test/phoenix/tracker/replica_test.exs, and what becomes of several lives of one node.
public class ShardLogicTests
{
    readonly FakeTimeProvider _time = new();
    RecordingPort _port = null!;
    ShardLogic _logic = null!;

    [SetUp]
    public void CreateLogic() => _logic = new(States.Id("self", 100), new(), _port = new(), _time, new(1));

    [Test]
    public void A_node_that_was_unknown_is_up_with_its_first_sign_of_life()
    {
        Hear("new", 7);
        var peer = _logic.Peers.Single();
        Assert.That((peer.Id, peer.Status, peer.HeardAt), Is.EqualTo((States.Id("new", 7), ReplicaStatus.Up, _time.GetTimestamp())));
        Assert.That(_port.Log, Is.EqualTo(["new Up"]));
    }

    [TestCase(1)]
    [TestCase(40)]
    public void A_known_node_is_up_with_its_next_sign_of_life(int silence)
    {
        Hear("existing", 7);
        Pass(silence);
        Hear("existing", 7);
        var peer = _logic.Peers.Single();
        Assert.That((peer.Id, peer.Status, peer.HeardAt), Is.EqualTo((States.Id("existing", 7), ReplicaStatus.Up, _time.GetTimestamp())));
        Assert.That(_port.Log, Is.EqualTo(silence < 30 ? new[] { "existing Up" } : ["existing Up", "existing Down", "existing Up"]));
    }

    [Test]
    public void A_silent_node_is_down_when_the_period_is_over_and_not_before()
    {
        Hear("node", 7);
        Pass(30);
        Assert.That(_logic.Peers.Single().Status, Is.EqualTo(ReplicaStatus.Up));
        Pass(0.001);
        Assert.That(_logic.Peers.Single().Status, Is.EqualTo(ReplicaStatus.Down));
        Pass(1200 - 30.001);
        Assert.That(_logic.Peers.Single().Status, Is.EqualTo(ReplicaStatus.Down));
        Pass(0.001);
        Assert.That(_logic.Peers, Is.Empty);
        Assert.That(_port.Log, Is.EqualTo(["node Up", "node Down", "node PermanentlyDown"]));
        Hear("node", 7);
        Assert.That(_port.Log.Last(), Is.EqualTo("node Up"));
    }

    [Test]
    public void Jumps_of_the_wall_clock_change_nothing()
    {
        // Its clock on the wall shows another year whenever somebody looks.
        var time = new VirtualTime(new(1));
        _logic = new(States.Id("self", 100), new(), _port, time, new(1));
        Hear("node", 7);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            _logic.Tick();
            _logic.Sent(true);
        }

        Assert.That(_port.Log, Is.EqualTo(["node Up"]));
    }

    [Test]
    public void A_later_life_replaces_the_earlier_at_once()
    {
        Hear("node", 7, Joined("node", 7, "old"));
        Hear("node", 9, Joined("node", 9, "new"));
        Assert.That(_port.Log, Is.EqualTo(["node Up", "+old", "node PermanentlyDown", "-old", "node Up", "+new"]));
        Assert.That(_logic.State.Keys("t"), Is.EqualTo(["new"]));
    }

    [Test]
    public void A_late_message_of_an_earlier_life_brings_nothing_back_but_is_answered()
    {
        Hear("node", 9, Joined("node", 9, "new"));
        _port.Log.Clear();
        Hear("node", 7, Joined("node", 7, "old"));
        _logic.Receive(TrackerCodec.Write(new(MessageKind.State, States.Id("third")) { Delta = Joined("node", 7, "old") }));
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Leaving, States.Id("node", 7))));
        Assert.That(_port.Log, Is.Empty);
        Assert.That(_logic.State.Keys("t"), Is.EqualTo(["new"]));
        var (to, answer) = _port.Direct.Single();
        Assert.That((to, answer.Kind, answer.Superseded), Is.EqualTo(("node", MessageKind.Superseded, (7UL, 9UL))));
    }

    [Test]
    public void A_node_that_has_left_is_not_brought_back_by_its_late_messages()
    {
        Hear("node", 7, Joined("node", 7, "a"));
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Leaving, States.Id("node", 7))));
        Assert.That(_logic.State.Keys("t"), Is.Empty);
        _port.Log.Clear();
        Hear("node", 7, Joined("node", 7, "a"));
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Leaving, States.Id("never seen", 7))));
        Hear("never seen", 7);
        Assert.That(_port.Log, Is.Empty);
        Hear("node", 8);
        Assert.That(_port.Log, Is.EqualTo(["node Up"]));
        Pass(1300);
        Assert.That(_logic.Peers, Is.Empty, "it is not remembered for ever");
    }

    [Test]
    public void A_node_whose_earlier_life_had_a_higher_number_takes_a_higher_one()
    {
        _logic.Track("t", "a", 1, []);
        _logic.Tick();
        _logic.Sent(true);
        _port.Log.Clear();
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Superseded, States.Id("other")) { Superseded = (99, 500) }));
        Assert.That(_logic.State.Self.Incarnation, Is.EqualTo(100), "that was somebody else");
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Superseded, States.Id("other")) { Superseded = (100, 500) }));
        Assert.That(_logic.State.Self.Incarnation, Is.GreaterThan(500));
        Assert.That(_port.Log, Is.EqualTo(["Renewed"]), "nothing has changed here");
        Assert.That(_logic.State.Keys("t"), Is.EqualTo(["a"]));
        _logic.Tick();
        var heartbeat = _port.Sent.Last();
        Assert.That((heartbeat.Sender, States.Keys(heartbeat.Delta!)), Is.EqualTo((_logic.State.Self, new[] { "a" })));
    }

    [Test]
    public void Two_nodes_of_one_name_are_reported_and_do_not_fight_for_ever()
    {
        Hear("self", 50);
        Hear("self", 50);
        Assert.That(_port.Log, Is.EqualTo(["NameIsTaken"]));
        Assert.That(_logic.Peers, Is.Empty);
        for (var i = 0; i < 20; i++)
            _logic.Receive(TrackerCodec.Write(new(MessageKind.Superseded, States.Id("other")) { Superseded = (_logic.State.Self.Incarnation, _logic.State.Self.Incarnation + 1) }));
        Assert.That(_port.Log.Count(line => line == "Renewed"), Is.EqualTo(8));
        Assert.That(_port.Log.Last(), Is.EqualTo("NotRenewed"));
    }

    [Test]
    public void While_a_send_is_under_way_changes_wait_for_the_next()
    {
        _logic.Track("t", "a", 1, []);
        _logic.Tick();
        _logic.Track("t", "b", 1, []);
        _logic.Tick();
        Assert.That(_port.Sent, Has.Count.EqualTo(1));
        _logic.Sent(false);
        _logic.Tick();
        Assert.That(_port.Sent.Select(message => string.Join(',', States.Keys(message.Delta!))), Is.EqualTo(["a", "a,b"]));
        _logic.Sent(true);
        _logic.Tick();
        Assert.That(_port.Sent, Has.Count.EqualTo(2));
    }

    void Hear(string name, ulong incarnation, Delta? delta = null) =>
        _logic.Receive(TrackerCodec.Write(new(MessageKind.Heartbeat, States.Id(name, incarnation)) { Clock = new() { [States.Id(name, incarnation)] = 0 }, Delta = delta }));

    void Pass(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _logic.Tick();
        _logic.Sent(true);
    }

    static Delta Joined(string name, ulong incarnation, string key)
    {
        var state = new TrackerState(States.Id(name, incarnation));
        state.Join("t", key, 1);
        return state.Delta;
    }

    sealed class RecordingPort : IShardPort
    {
        public List<string> Log { get; } = [];

        public List<TrackerMessage> Sent { get; } = [];

        public List<(string To, TrackerMessage Message)> Direct { get; } = [];

        public void Broadcast(List<byte[]> messages) => Sent.AddRange(messages.Select(message => TrackerCodec.TryRead(message)!));

        public void SendTo(string node, List<byte[]> messages) => Direct.AddRange(messages.Select(message => (node, TrackerCodec.TryRead(message)!)));

        public void ScheduleFlush()
        {
        }

        public void HandleDiff(List<TopicDiff> diff)
        {
            foreach (var topic in diff) Log.AddRange([.. topic.Joins.Select(entry => "+" + entry.Key), .. topic.Leaves.Select(entry => "-" + entry.Key)]);
        }

        public void HandleReplica(string node, ReplicaStatus status) => Log.Add($"{node} {status}");

        public void Report(ShardEvent what, ReplicaId replica) => Log.Add(what.ToString());
    }
}
