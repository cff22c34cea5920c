using PhoenixChannels.Adapters;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class PublishQueueTests
{
    readonly PausedAdapter _adapter = new();
    PubSubNode _node = null!;
    Inbox _inbox = null!;

    [SetUp]
    public Task StartNode() => StartAsync(_ => { });

    [TearDown]
    public async Task DisposeNode()
    {
        _inbox.Dispose();
        await _node.DisposeAsync();
        _adapter.Calls.Clear();
    }

    [Test]
    public async Task What_comes_while_a_batch_is_on_its_way_makes_the_next_one()
    {
        var first = Broadcast("1");
        Task[] others = [Broadcast("2"), Broadcast("3"), _node.PubSub.DirectBroadcastAsync("b", "t", "direct", Payload.Empty).AsTask()];
        _adapter.Complete();
        await first.InTimeAsync();
        Assert.That(_adapter.Sequences, Is.EqualTo(new[] { "*:2", "*:3", "b:0" }));
        Assert.That(others.Any(other => other.IsCompleted), Is.False);
        _adapter.Complete();
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
        _adapter.Complete();
        await publishing.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public async Task A_number_that_the_engine_has_refused_is_given_again()
    {
        var refused = Broadcast("refused");
        _adapter.Fail(new PubSubUnavailableException("no"));
        Assert.That(async () => await refused.InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").False);
        var taken = Broadcast("taken");
        Assert.That(_adapter.Sequences, Is.EqualTo(new[] { "*:1" }));
        _adapter.Complete();
        await taken.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("taken"));
        Assert.That((_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=refused"), _node.PubSub.Status.PublishErrors), Is.EqualTo((1, 1)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_number_of_which_nobody_knows_is_not(bool isSaid)
    {
        var lost = Broadcast("lost");
        _adapter.Fail(isSaid ? new PubSubUnavailableException("who knows") { IsOutcomeUnknown = true } : new InvalidOperationException("a bug"));
        Assert.That(async () => await lost.InTimeAsync(), Throws.TypeOf<PubSubUnavailableException>().With.Property("IsOutcomeUnknown").True);
        var taken = Broadcast("taken");
        Assert.That(_adapter.Sequences, Is.EqualTo(new[] { "*:2" }));
        _adapter.Complete();
        await taken.InTimeAsync();
        Assert.That(_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=unknown"), Is.EqualTo(1));
    }

    [Test]
    public async Task By_option_this_node_has_what_the_engine_does_not_take()
    {
        await DisposeNode();
        await StartAsync(o => o.WhenUnavailable = UnavailableBehavior.DeliverLocally);
        var publishing = Broadcast("1");
        _adapter.Fail(new PubSubUnavailableException("no"));
        await publishing.InTimeAsync();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
        Assert.That(_node.Metrics.Sum("phoenixchannels.pubsub.publish_errors", "outcome=refused"), Is.EqualTo(1));
        var direct = _node.PubSub.DirectBroadcastAsync("b", "t", "direct", Payload.Empty).AsTask();
        _adapter.Fail(new PubSubUnavailableException("no"));
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
        _adapter.Complete();
        await large.InTimeAsync();
        var small = Broadcast("small");
        _adapter.Complete();
        await small.InTimeAsync();
    }

    [Test]
    public async Task Who_stops_waiting_is_not_waited_for_and_the_message_goes_its_way()
    {
        using var cancellation = new CancellationTokenSource();
        var publishing = _node.PubSub.BroadcastAsync("t", "1", Payload.Empty, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(async () => await publishing.InTimeAsync(), Throws.InstanceOf<OperationCanceledException>());
        _adapter.Complete();
        Assert.That((await _inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public async Task Batches_are_bounded()
    {
        var first = Broadcast("0");
        var others = Enumerable.Range(1, 1000).Select(n => Broadcast($"{n}")).ToArray();
        _adapter.Complete();
        await first.InTimeAsync();
        Assert.That(_adapter.Sequences, Has.Length.EqualTo(512));
        _adapter.Complete();
        await Task.WhenAll(others[..512]).InTimeAsync();
        Assert.That(_adapter.Sequences, Has.Length.EqualTo(488));
        _adapter.Complete();
        await Task.WhenAll(others).InTimeAsync();
    }

    async Task StartAsync(Action<PubSubOptions> configure)
    {
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
        public List<(OutgoingEnvelope[] Batch, TaskCompletionSource Done)> Calls { get; } = [];

        public string NodeName => "a";

        /// <summary>Node and number of each envelope in the batch that is on its way.</summary>
        public string[] Sequences => [.. Calls[^1].Batch.Select(envelope => Envelope.TryReadSender(envelope.Bytes.Span, out var read) ? $"{envelope.Node ?? "*"}:{read.Sequence}" : "?")];

        public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken)
        {
            Calls.Add((batch.ToArray(), new()));        // what waits goes on within Complete
            return new(Calls[^1].Done.Task);
        }

        public void Complete() => Calls[^1].Done.SetResult();

        public void Fail(Exception exception) => Calls[^1].Done.SetException(exception);

        public void InterestChanged(string topic, bool interested)
        {
        }
    }
}
