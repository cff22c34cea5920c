using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.AdapterTests.Servers.Poolers;

namespace PhoenixChannels.AdapterTests.Postgres;

public sealed class PostgresMistakeTests
{
    PostgresServer _server = null!;
    string _database = null!;

    [SetUp]
    public async Task CreateDatabase()
    {
        _server = await SharedServers.PostgresAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    [TestCaseSource(typeof(Pooler), nameof(Pooler.Kinds))]
    public async Task A_pooler_in_transaction_mode_is_refused_and_told_why(PoolerKind kind)
    {
        await using var pooler = await Pooler.StartAsync(kind, _server.Port, PoolMode.Transaction);
        await using var node = new PostgresNode("a", Sql.AtPort(_database, pooler.Port));
        Assert.That(node.Node.StartAsync, Throws.InvalidOperationException.With.Message.Contains("transaction mode").And.Message.Contains("session"));
    }

    [TestCaseSource(typeof(Pooler), nameof(Pooler.Kinds))]
    public async Task A_pooler_in_session_mode_will_do(PoolerKind kind)
    {
        await using var pooler = await Pooler.StartAsync(kind, _server.Port, PoolMode.Session);
        await using var a = await PostgresNode.StartAsync("a", Sql.AtPort(_database, pooler.Port));
        await using var b = await PostgresNode.StartAsync("b", _database);
        Inbox inbox = new(b.PubSub);
        await a.PubSub.BroadcastAsync("t", "1", Payload.Empty);
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public async Task A_wrong_password_is_told_without_it()
    {
        await using var server = await PostgresServer.StartWithPasswordAsync();
        await using var node = new PostgresNode("a", new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "secret-wrong" }.ConnectionString);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(node.Node.StartAsync);
        Assert.That(refusal.ToString(), Does.Contain("connection string").And.Not.Contain("secret-wrong"));
    }

    [Test]
    public async Task A_database_that_is_not_there_is_a_mistake()
    {
        await using var node = new PostgresNode("a", new NpgsqlConnectionStringBuilder(_database) { Database = "nowhere" }.ConnectionString);
        Assert.That(node.Node.StartAsync, Throws.InvalidOperationException.With.Message.Contains("nowhere"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_may_not_make_tables_has_somebody_run_the_script(bool tries)
    {
        var role = $"limited_{tries}".ToLowerInvariant();
        await Sql.ExecuteAsync(_database, $"CREATE ROLE {role} LOGIN");
        var limited = new NpgsqlConnectionStringBuilder(_database) { Username = role }.ConnectionString;
        await using (var refused = new PostgresNode("a", limited, o => o.CreateSchema = tries))
            Assert.That(refused.Node.StartAsync, Throws.InvalidOperationException.With.Message.Contains("GetSchemaScript"));

        var script = new PostgresPubSubOptions().GetSchemaScript();
        await Sql.ExecuteAsync(_database, script);
        await Sql.ExecuteAsync(_database, script);
        await Sql.ExecuteAsync(_database, $"GRANT USAGE ON SCHEMA phoenix_channels TO {role}; GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA phoenix_channels TO {role}");
        await using var node = await PostgresNode.StartAsync("a", limited, o => o.CreateSchema = tries);
        Inbox inbox = new(node.PubSub);
        await node.PubSub.BroadcastAsync("t", "large", new byte[10_000]);
        await using var connection = await Sql.OpenAsync(limited);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.BroadcastAsync(node.PubSub, "t", "committed", Payload.Empty);
        await transaction.CommitAsync();
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("large"));
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("committed"));
    }

    [Test]
    public async Task Applications_that_share_a_database_are_apart_by_their_schemas()
    {
        await using var a = await PostgresNode.StartAsync("same", _database);
        await using var b = await PostgresNode.StartAsync("same", _database, o => o.Schema = "other_application");
        await using var neighbour = await PostgresNode.StartAsync("neighbour", _database, o => o.Schema = "other_application");
        Inbox atA = new(a.PubSub), atNeighbour = new(neighbour.PubSub);
        await b.PubSub.BroadcastAsync("t", "1", Payload.Empty);
        await b.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await atNeighbour.UpToEndAsync(), Is.EqualTo(new[] { "1" }));
        await a.PubSub.BroadcastAsync("t", Inbox.End, Payload.Empty);
        Assert.That(await atA.UpToEndAsync(), Is.Empty);
    }

    [TestCase("Upper")]
    [TestCase("1st")]
    [TestCase("a;b")]
    [TestCase("")]
    public void A_schema_is_a_plain_name(string schema)
    {
        var options = new PostgresPubSubOptions { Schema = schema };
        Assert.That(options.Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Schema"));
    }

    [TestCase("Host=h", 5, 8, "PhoenixChannels a")]
    [TestCase("Host=h;Timeout=9;Maximum Pool Size=3;Application Name=mine", 9, 3, "mine")]
    public void What_the_connection_string_leaves_open_is_set(string connectionString, int timeout, int poolSize, string name)
    {
        using var dataSource = PostgresServiceCollectionExtensions.CreateDataSource(connectionString, new() { NodeName = "a" });
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        Assert.That((settings.Timeout, settings.MaxPoolSize, settings.ApplicationName), Is.EqualTo((timeout, poolSize, name)));
    }

    [TestCase("postgres://user:secret@host/database?sslmode=require")]
    [TestCase("Host=h;Password=secret;Nonsense=1")]
    public void A_connection_string_that_cannot_be_read_is_not_repeated(string connectionString) =>
        Assert.That(() => new ServiceCollection().AddPostgresPubSub(connectionString), Throws.ArgumentException.With.Property("InnerException").Null.And.Message.Not.Contains("secret"));

    [Test]
    public async Task Who_publishes_with_a_transaction_needs_to_insert_and_nothing_more()
    {
        await using var node = await PostgresNode.StartAsync("a", _database);
        await Sql.ExecuteAsync(_database, "CREATE ROLE publisher LOGIN");
        await Sql.ExecuteAsync(_database, "GRANT USAGE ON SCHEMA phoenix_channels TO publisher; GRANT INSERT ON phoenix_channels.outbox TO publisher");
        Inbox inbox = new(node.PubSub);
        await using var connection = await Sql.OpenAsync(new NpgsqlConnectionStringBuilder(_database) { Username = "publisher" }.ConnectionString);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.BroadcastAsync(node.PubSub, "t", "1", Payload.Empty);
        await transaction.CommitAsync();
        Assert.That((await inbox.NextAsync()).Event, Is.EqualTo("1"));
    }

    [Test]
    public void Two_engines_are_one_too_many()
    {
        var services = new ServiceCollection().AddPubSub().AddPostgresPubSub("Host=localhost");
        Assert.That(() => services.AddPostgresPubSub("Host=localhost"), Throws.InvalidOperationException.With.Message.Contains("once"));
    }
}
