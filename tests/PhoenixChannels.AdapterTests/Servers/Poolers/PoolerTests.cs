using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>What tests may rely on; the real one shows that it is so.</summary>
[TestFixtureSource(typeof(Pooler), nameof(Pooler.Kinds))]
public sealed class PoolerTests(PoolerKind kind)
{
    const string Pid = "SELECT pg_backend_pid()";

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_transaction_pooler_shares_a_session_between_clients()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var one = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        Assert.That(await one.ExecuteAsync(Pid), Is.EqualTo(await other.ExecuteAsync(Pid)));
        await one.ExecuteAsync("SET application_name = 'left behind'");
        Assert.That(await other.ExecuteAsync("SHOW application_name"), Is.EqualTo("left behind"));
    }

    [Test]
    public async Task A_session_pooler_does_not()
    {
        await using var pooler = await StartAsync(PoolMode.Session);
        await using var one = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        Assert.That(await one.ExecuteAsync(Pid), Is.Not.EqualTo(await other.ExecuteAsync(Pid)));
        await one.ExecuteAsync("SET application_name = 'left behind'");
        Assert.That(await other.ExecuteAsync("SHOW application_name"), Is.Empty);
    }

    [Test]
    public async Task A_transaction_keeps_its_session_to_itself()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var one = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        await using var transaction = await one.BeginTransactionAsync();
        var pid = await one.ExecuteAsync(Pid);
        Assert.That(await other.ExecuteAsync(Pid), Is.Not.EqualTo(pid));
        Assert.That(await one.ExecuteAsync(Pid), Is.EqualTo(pid));
        await transaction.CommitAsync();
        Assert.That(await other.ExecuteAsync(Pid), Is.EqualTo(pid), "the session that was given back last");
    }

    [Test]
    public async Task Who_leaves_within_a_transaction_leaves_no_one_its_session()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var other = await OpenAsync(pooler);
        var one = await OpenAsync(pooler);
        await one.ExecuteAsync("BEGIN");
        var pid = await one.ExecuteAsync(Pid);
        await one.CloseAsync();
        await one.DisposeAsync();
        Assert.That(await other.ExecuteAsync(Pid), Is.Not.EqualTo(pid));
    }

    [Test]
    public async Task A_transaction_pooler_gives_notifications_to_whoever_has_the_session()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var listener = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        var receivers = new List<string>();
        listener.Notification += (_, _) => receivers.Add(nameof(listener));
        other.Notification += (_, _) => receivers.Add(nameof(other));
        await listener.ExecuteAsync("LISTEN channel");
        await other.ExecuteAsync("NOTIFY channel");
        Assert.That(receivers, Is.EqualTo(new[] { nameof(other) }));
    }

    [Test]
    public async Task A_session_pooler_gives_notifications_to_who_listens()
    {
        await using var pooler = await StartAsync(PoolMode.Session);
        await using var listener = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        await listener.ExecuteAsync("LISTEN channel");
        await other.ExecuteAsync("NOTIFY channel");
        Assert.That(await listener.WaitAsync(s_patience), Is.True);
    }

    [Test]
    public async Task Clients_of_different_databases_share_nothing()
    {
        var server = await SharedServers.PostgresAsync();
        await using var pooler = await Pooler.StartAsync(kind, server.Port, PoolMode.Transaction);
        await using var one = await OpenAsync(pooler);
        await using var other = await Sql.OpenAsync(Sql.AtPort(await server.CreateDatabaseAsync(), pooler.Port));
        Assert.That(await other.ExecuteAsync("SELECT current_database()"), Is.Not.EqualTo(await one.ExecuteAsync("SELECT current_database()")));
    }

    [Test]
    public async Task A_batch_is_answered_in_order()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var connection = await OpenAsync(pooler);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SELECT 1"), new("SELECT 2"), new("SELECT 3") } };
        await using var reader = await batch.ExecuteReaderAsync();
        var answers = new List<int>();
        do
        {
            await reader.ReadAsync();
            answers.Add(reader.GetInt32(0));
        }
        while (await reader.NextResultAsync());

        Assert.That(answers, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Clients_in_a_session_learn_that_it_has_ended_and_others_get_a_new_one()
    {
        await using var pooler = await StartAsync(PoolMode.Transaction);
        await using var one = await OpenAsync(pooler);
        await using var other = await OpenAsync(pooler);
        await one.ExecuteAsync("BEGIN");
        var pid = (int)(await one.ExecuteAsync(Pid))!;
        var waiting = one.ExecuteAsync("SELECT pg_sleep(600)");
        await Sql.ExecuteAsync((await SharedServers.PostgresAsync()).ConnectionString, "SELECT pg_terminate_backend($1, 60000)", pid);
        await Assert.ThatAsync(() => waiting.WaitAsync(s_patience), Throws.InstanceOf<NpgsqlException>());
        Assert.That(await other.ExecuteAsync(Pid), Is.Not.EqualTo(pid));
    }

    async Task<IPooler> StartAsync(PoolMode mode) => await Pooler.StartAsync(kind, (await SharedServers.PostgresAsync()).Port, mode);

    static async Task<NpgsqlConnection> OpenAsync(IPooler pooler) =>
        await Sql.OpenAsync(Sql.AtPort((await SharedServers.PostgresAsync()).ConnectionString, pooler.Port));
}
