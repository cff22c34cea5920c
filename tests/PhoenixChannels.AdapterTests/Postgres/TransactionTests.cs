using System.Data;
using Npgsql;
using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.AdapterTests.Servers.Poolers;

namespace PhoenixChannels.AdapterTests.Postgres;

[TestFixture(TransactionMode.Outbox)]
[TestFixture(TransactionMode.Notify)]
public sealed class TransactionTests(TransactionMode mode)
{
    string _database = null!;
    PostgresNode _a = null!, _b = null!;
    string _topic = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await (await SharedServers.PostgresAsync()).CreateDatabaseAsync();
        _a = await PostgresNode.StartAsync("a", _database, o => o.Transactions = mode);
        _b = await PostgresNode.StartAsync("b", _database, o => o.Transactions = mode);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    /// <summary>One for each test: what an earlier one has published may still be on its way.</summary>
    [SetUp]
    public void ChooseTopic() => _topic = TestContext.CurrentContext.Test.ID;

    [Test]
    public async Task What_is_committed_reaches_every_node_its_own_among_them_and_what_is_not_reaches_nobody()
    {
        using Inbox atA = new(_a.PubSub, _topic), atB = new(_b.PubSub, _topic);
        await CommitAsync("1");
        await using (var connection = await Sql.OpenAsync(_database))
        {
            await using var aborted = await connection.BeginTransactionAsync();
            await aborted.BroadcastAsync(_a.PubSub, _topic, "aborted", Payload.Empty);
            await aborted.RollbackAsync();
            await using var failed = await connection.BeginTransactionAsync();
            await failed.BroadcastAsync(_a.PubSub, _topic, "failed", Payload.Empty);
            Assert.That(async () => await connection.ExecuteAsync("SELECT 1 / 0"), Throws.TypeOf<PostgresException>());
            await failed.RollbackAsync();
        }

        await CommitAsync("2", Inbox.End);
        Assert.That(await atA.UpToEndAsync(), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(await atB.UpToEndAsync(), Is.EqualTo(new[] { "1", "2" }));
        Assert.That((_a.Node.Sum("missed"), _b.Node.Sum("missed")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Nobody_has_a_message_before_it_is_committed()
    {
        using var inbox = new Inbox(_b.PubSub, _topic);
        await using var connection = await Sql.OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.BroadcastAsync(_a.PubSub, _topic, "late", Payload.Empty);
        await CommitAsync(Inbox.End);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty, "and an open transaction holds up nobody");
        await transaction.CommitAsync();
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("late"));
    }

    [TestCase(IsolationLevel.RepeatableRead)]
    [TestCase(IsolationLevel.Serializable)]
    public async Task Every_isolation_level_will_do(IsolationLevel level)
    {
        using var inbox = new Inbox(_b.PubSub, _topic);
        await using var connection = await Sql.OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync(level);
        await transaction.BroadcastAsync(_a.PubSub, _topic, "1", Payload.Empty);
        await transaction.BroadcastAsync(_a.PubSub, _topic, "2", Payload.Empty);
        await transaction.CommitAsync();
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("1"));
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("2"));
    }

    [Test]
    public async Task A_savepoint_that_is_rolled_back_takes_its_broadcasts_along()
    {
        using var inbox = new Inbox(_b.PubSub, _topic);
        await using var connection = await Sql.OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.BroadcastAsync(_a.PubSub, _topic, "1", Payload.Empty);
        await transaction.SaveAsync("here");
        await transaction.BroadcastAsync(_a.PubSub, _topic, "2", Payload.Empty);
        await transaction.RollbackAsync("here");
        await transaction.BroadcastAsync(_a.PubSub, _topic, "3", Payload.Empty);
        await transaction.BroadcastAsync(_a.PubSub, _topic, Inbox.End, Payload.Empty);
        await transaction.CommitAsync();
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "1", "3" }));
    }

    [Test]
    public async Task Equal_messages_of_one_transaction_all_arrive()
    {
        using var inbox = new Inbox(_b.PubSub, _topic);
        await CommitAsync("same", "same", "same", Inbox.End);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "same", "same", "same" }));
    }

    [Test]
    public async Task Broadcasts_arrive_in_the_order_of_the_commits_whichever_transaction_began_first()
    {
        const int Writers = 8, Transactions = 25;
        using Inbox atA = new(_a.PubSub, _topic), atB = new(_b.PubSub, _topic);
        using var committing = new SemaphoreSlim(1);
        var order = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await using var connection = await Sql.OpenAsync(_database);
            for (var i = 0; i < Transactions; i++)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await transaction.BroadcastAsync(_a.PubSub, _topic, $"{writer} {i}", Payload.Empty);
                await committing.WaitAsync();
                try
                {
                    await transaction.CommitAsync();
                    order.Add($"{writer} {i}");
                }
                finally
                {
                    committing.Release();
                }
            }
        })));
        await CommitAsync(Inbox.End);
        Assert.That(await atA.UpToEndAsync(), Is.EqualTo(order));
        Assert.That(await atB.UpToEndAsync(), Is.EqualTo(order));
    }

    [Test]
    public async Task Transactions_that_publish_to_many_topics_side_by_side_do_not_wait_in_a_circle()
    {
        const int Writers = 8, Topics = 20;
        using var inbox = new Inbox(_b.PubSub, "topic 0");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await using var connection = await Sql.OpenAsync(_database);
            var topics = Enumerable.Range(0, Topics).ToArray();
            new Random(writer).Shuffle(topics);
            await using var transaction = await connection.BeginTransactionAsync();
            foreach (var topic in topics) await transaction.BroadcastAsync(_a.PubSub, $"topic {topic}", $"{writer}", Payload.Empty);
            await transaction.CommitAsync();
        })));
        List<string> events = [];
        for (var i = 0; i < Writers; i++) events.Add((await inbox.NextAsync()).Event);
        Assert.That(events, Is.EquivalentTo(Enumerable.Range(0, Writers).Select(writer => $"{writer}")));
    }

    [TestCaseSource(typeof(Pooler), nameof(Pooler.Kinds))]
    public async Task The_applications_transactions_may_go_through_a_pooler_in_transaction_mode(PoolerKind kind)
    {
        await using var pooler = await Pooler.StartAsync(kind, (await SharedServers.PostgresAsync()).Port, PoolMode.Transaction);
        using var inbox = new Inbox(_b.PubSub, _topic);
        for (var n = 0; n < 3; n++) await CommitThroughAsync(Sql.AtPort(_database, pooler.Port), $"{n}");
        await CommitAsync(Inbox.End);
        Assert.That(await inbox.UpToEndAsync(), Is.EqualTo(new[] { "0", "1", "2" }));
    }

    [TestCase(8_000)]
    [TestCase(1_000_000)]
    public async Task Payloads_of_any_size_go_with_a_transaction(int size)
    {
        using var inbox = new Inbox(_b.PubSub, _topic);
        var data = new byte[size];
        new Random(size).NextBytes(data);
        await using var connection = await Sql.OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.BroadcastAsync(_a.PubSub, _topic, "large", data);
        await transaction.CommitAsync();
        Assert.That((await inbox.NextAsync()).Payload.Bytes.Span.SequenceEqual(data), Is.True);
    }

    [Test]
    public async Task What_cannot_be_broadcast_is_refused_before_it_reaches_the_transaction()
    {
        await using var connection = await Sql.OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(async () => await transaction.BroadcastAsync(_a.PubSub, _topic, "e", new[] { 1 }), Throws.ArgumentException);
        await using var local = await PubSubNode.StartAsync();
        Assert.That(async () => await transaction.BroadcastAsync(local.PubSub, "t", "e", Payload.Empty), Throws.InvalidOperationException.With.Message.Contains("UsePostgres"));
        await transaction.CommitAsync();
    }

    Task CommitAsync(params string[] events) => CommitThroughAsync(_database, events);

    async Task CommitThroughAsync(string database, params string[] events)
    {
        await using var connection = await Sql.OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var name in events) await transaction.BroadcastAsync(_a.PubSub, _topic, name, Payload.Empty);
        await transaction.CommitAsync();
    }
}
