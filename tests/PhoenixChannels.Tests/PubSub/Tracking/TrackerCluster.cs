using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

/// <summary>Real nodes on a <see cref="LinkedPubSubNetwork"/>, with time that passes when the test says so.</summary>
sealed class TrackerCluster : IAsyncDisposable
{
    static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(500);

    readonly List<TrackerNode> _nodes = [];

    public LinkedPubSubNetwork Network { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public async Task<TrackerNode> StartAsync(string name, TrackerOptions? options = null, Func<IPubSubAdapter, IPubSubAdapter>? decorate = null)
    {
        var adapter = Network.CreateAdapter(name);
        var node = await PubSubNode.StartAsync(decorate?.Invoke(adapter) ?? adapter);
        var handler = new RecordingHandler();
        var tracker = new Tracker(node.PubSub, "tracker", handler, options, Time);
        await tracker.StartAsync();
        var started = new TrackerNode(node, tracker, handler);
        _nodes.Add(started);
        return started;
    }

    public async Task<TrackerNode[]> StartAsync(int count, TrackerOptions? options = null)
    {
        var nodes = new TrackerNode[count];
        for (var i = 0; i < count; i++) nodes[i] = await StartAsync($"n{i}", options);
        await PassAsync(6);
        return nodes;
    }

    /// <summary>It vanishes, as after a SIGKILL: its tracker says nothing more to anybody.</summary>
    public async Task KillAsync(TrackerNode node)
    {
        _nodes.Remove(node);
        await node.Node.StopAsync();
        await node.Tracker.StopAsync().InTimeAsync();
        await node.DisposeAsync();
    }

    public void Cut(TrackerNode first, TrackerNode second)
    {
        Network.Cut(first.Name, second.Name);
        Network.Cut(second.Name, first.Name);
    }

    public void Heal(TrackerNode first, TrackerNode second)
    {
        Network.Heal(first.Name, second.Name);
        Network.Heal(second.Name, first.Name);
    }

    /// <summary>Lets seconds pass, with all that happens in them.</summary>
    public async Task PassAsync(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= s_step)
        {
            Time.Advance(s_step);
            await SettleAsync();
        }
    }

    /// <summary>
    /// A shard handles what is in its mailbox in order, and a message is in the other's mailbox before the turn that sends it ends: so
    /// after a call to each, and as many again as a message has answers, nothing is under way.
    /// </summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 4; round++)
            foreach (var node in _nodes) await node.Tracker.UntrackAsync(long.MaxValue).InTimeAsync();
    }

    public async Task AssertSameAsync(params string[] expected)
    {
        foreach (var node in _nodes)
        {
            Assert.That(await node.ListAsync(), Is.EqualTo(expected), $"listed at {node.Name}");
            Assert.That(node.Handler.Present, Is.EqualTo(expected.Select(entry => $"t/{entry}")), $"heard at {node.Name}");
            Assert.That(await node.Tracker.CountAsync("t").InTimeAsync(), Is.EqualTo(expected.Length), $"counted at {node.Name}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Tracker.StopAsync().InTimeAsync();
            await node.DisposeAsync();
        }
    }
}
