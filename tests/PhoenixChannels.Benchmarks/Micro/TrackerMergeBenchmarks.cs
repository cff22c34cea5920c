using BenchmarkDotNet.Attributes;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What a node pays for what another one tracks: a beat with one join, then one with its leave, beside those who are present; and the whole state, as after a start or a long cut. Written and read as between nodes.</summary>
public class TrackerMergeBenchmarks
{
    const string Topic = "room:lobby";

    static readonly byte[] s_meta = Samples.Text("""{"phx_ref":"AAAAAAAAAAAAAAAA","online_at":1700000000,"device":"phone"}""");

    readonly TrackerState _sender = new(new("a", 1));
    readonly TrackerState _receiver = new(new("b", 1));
    readonly Changes _changes = new();
    byte[] _whole = [];

    [Params(1000, 10_000)]
    public int Present { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 0; i < Present; i++) _sender.Join(Topic, $"user-{i:d6}", i, s_meta);
        _sender.TakeDelta();
        _whole = Write(_sender.Extract("b", new() { [_sender.Self] = 0 }));
        _receiver.ReplicaUp(_sender.Self, _changes);
        Merge(_receiver, _whole);
        if (_receiver.Count(Topic) != Present) throw new InvalidOperationException("Entries were lost.");
    }

    [Benchmark]
    public void JoinAndLeave()
    {
        var entry = _sender.Join(Topic, "somebody", Present, s_meta);
        Merge(_receiver, Write(_sender.TakeDelta()));
        _sender.Leave(entry);
        Merge(_receiver, Write(_sender.TakeDelta()));
    }

    [Benchmark]
    public int WholeState()
    {
        var state = new TrackerState(new("c", 1));
        state.ReplicaUp(_sender.Self, _changes);
        Merge(state, _whole);
        return state.Count(Topic);
    }

    byte[] Write(Delta delta) => TrackerCodec.Write(new(MessageKind.State, _sender.Self) { Delta = delta });

    void Merge(TrackerState state, byte[] message)
    {
        state.Merge(TrackerCodec.TryRead(message)!.Delta!, _changes);
        _changes.Clear();
    }
}
