using PhoenixChannels.Adapters;
using Queue = System.Threading.Channels.Channel;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class PublishQueueTests
{
    PausedAdapter _adapter = null!;
    PubSubNode _node = null!;
    Inbox _inbox = null!;

    [SetUp]
    public Task StartNode() => StartAsync(_ => { });

    [TearDown]
    public async Task DisposeNode()
    {
        _inbox.Dispose();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task What_comes_while_a_batch_is_on_its_way_makes_the_next_one()
    {
        var first = Broadcast("1");
        Task[] others = [Broadcast("2"), Broadcast("3"), _node.PubSub.DirectBroadcastAsync("b", "t", "direct", Payload.Empty).AsTask()];
        (await _adapter.NextAsync()).SetResult();
        await first.InTimeAsync();
        var second = await _adapter.NextAsync();
        Assert.That(second.Sequences, Is.EqualTo(new[] { "*:2", "*:3", "b:0" }));
        Assert.That(others.Any(other => other.IsCompleted), Is.False);
        second.SetResult();
        await Task.WhenAll(others).InTimeAsync();
        _node.PubSub.LocalBroadcast("t", Inbox.End, Payload.Empty);
        Assert.That(await _inbox.UpToEndAsync(), Is.EqualTo(new[] { "1", "2", "3" }), "a direct one is not for this node");
    }

    [Test]
    public async Task Nobody_here_has_a_message_before_the_engine_has_it()
    {
        var publishing = Broadcast("1");
        _node.PubSub.LocalBroadcast("t", Inbox.End, Payload.Empty);
        Assert.That(await _inbox.UpToEndAsync(), Is.Empty);
        (await _adapter.NextAsync()).SetResult();
        await publishing.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public async Task A_number_that_the_engine_has_refused_is_given_again()
    {
        var refused = Broadcast("refused");
        (await _adapter.NextAsync()).SetException(new PubSubUnavailableException("no"));
        Assert.That(async () => await refused.InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").False);
        var taken = Broadcast("taken");
        var next = await _adapter.NextAsync();
        Assert.That(next.Sequences, Is.EqualTo(new[] { "*:1" }));
        next.SetResult();
        await taken.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("taken"));
        Assert.That((_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=refused"), _node.PubSub.Status.PublishErrors), Is.EqualTo((1, 1)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_number_of_which_nobody_knows_is_not(bool isSaid)
    {
        var lost = Broadcast("lost");
        (await _adapter.NextAsync()).SetException(isSaid ? new PubSubUnavailableException("who knows") { IsOutcomeUnknown = true } : new InvalidOperationException("a bug"));
        Assert.That(async () => await lost.InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").True);
        var taken = Broadcast("taken");
        var next = await _adapter.NextAsync();
        Assert.That(next.Sequences, Is.EqualTo(new[] { "*:2" }));
        next.SetResult();
        await taken.InTimeAsync();
        Assert.That(_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=unknown"), Is.EqualTo(1));
    }

    [Test]
    public async Task By_option_this_node_has_what_the_engine_does_not_take()
    {
        await DisposeNode();
        await StartAsync(o => o.WhenUnavailable = UnavailableBehavior.DeliverLocally);
        var publishing = Broadcast("1");
        (await _adapter.NextAsync()).SetException(new PubSubUnavailableException("no"));
        await publishing.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
        Assert.That(_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=refused"), Is.EqualTo(1));
        var direct = _node.PubSub.DirectBroadcastAsync("b", "t", "direct", Payload.Empty).AsTask();
        (await _adapter.NextAsync()).SetException(new PubSubUnavailableException("no"));
        Assert.That(async () => await direct.InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>());
    }

    [Test]
    public async Task More_than_may_wait_is_refused_at_once()
    {
        await DisposeNode();
        await StartAsync(o => o.MaxQueueBytes = 10_000);
        var large = _node.PubSub.BroadcastAsync("t", "large", new byte[20_000]).AsTask();
        Assert.That(large.IsCompleted, Is.False, "a single message is always taken");
        Assert.That(async () => await Broadcast("one too many").InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>().With.Message.Contains("MaxQueueBytes"));
        Assert.That(_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=full"), Is.EqualTo(1));
        (await _adapter.NextAsync()).SetResult();
        await large.InTimeAsync();
        var small = Broadcast("small");
        (await _adapter.NextAsync()).SetResult();
        await small.InTimeAsync();
    }

    [Test]
    public async Task Who_stops_waiting_is_not_waited_for_and_the_message_goes_its_way()
    {
        using var cancellation = new CancellationTokenSource();
        var publishing = _node.PubSub.BroadcastAsync("t", "1", Payload.Empty, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(async () => await publishing.InTimeAsync(), Throws.InstanceOf<OperationCanceledException>());
        (await _adapter.NextAsync()).SetResult();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public async Task Batches_are_bounded()
    {
        var first = Broadcast("0");
        var others = Enumerable.Range(1, 1000).Select(n => Broadcast($"{n}")).ToArray();
        (await _adapter.NextAsync()).SetResult();
        await first.InTimeAsync();
        var second = await _adapter.NextAsync();
        Assert.That(second.Sequences, Has.Length.EqualTo(512));
        second.SetResult();
        await Task.WhenAll(others[..512]).InTimeAsync();
        var third = await _adapter.NextAsync();
        Assert.That(third.Sequences, Has.Length.EqualTo(488));
        third.SetResult();
        await Task.WhenAll(others).InTimeAsync();
    }

    async Task StartAsync(Action<PubSubOptions> configure)
    {
        _adapter = new();
        _node = await PubSubNode.StartAsync(_adapter, o =>
        {
            o.BeaconPeriod = TimeSpan.FromMinutes(1);
            configure(o);
        });
        _inbox = new(_node.PubSub);
    }

    Task Broadcast(string name) => _node.PubSub.BroadcastAsync("t", name, Payload.Empty).AsTask();

    /// <summary>Takes a batch when it is told to. Says nothing of a connection, so that no beacon comes between.</summary>
    sealed class PausedAdapter : IPubSubAdapter
    {
        readonly System.Threading.Channels.Channel<Call> _calls = Queue.CreateUnbounded<Call>();

        public string NodeName => "a";

        /// <summary>The next batch that is on its way.</summary>
        public Task<Call> NextAsync() => _calls.Reader.ReadAsync().AsTask().InTimeAsync();

        public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
        {
            var call = new Call(batch.ToArray());
            _calls.Writer.TryWrite(call);
            return new(call.Task);
        }

        public void InterestChanged(string topic, bool interested)
        {
        }
    }

    sealed class Call(OutgoingEnvelope[] batch) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary>Node and number of each envelope.</summary>
        public string[] Sequences => [.. batch.Select(envelope => Envelope.TryReadSender(envelope.Bytes.Span, out var read) ? $"{envelope.Node ?? "*"}:{read.Sequence}" : "?")];
    }
}
