using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers;

public sealed class PostgresServerTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_paused_server_ends_when_the_tests_do()
    {
        var server = await PostgresServer.StartAsync();
        server.Pause();
        await server.DisposeAsync().AsTask().WaitAsync(s_patience / 2); // closes what the system closes then; more time is given only to kill what is left
        await Assert.ThatAsync(() => Sql.OpenAsync(server.ConnectionString), Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task Sessions_are_terminated_by_their_application_name()
    {
        var server = await SharedServers.PostgresAsync();
        await using var one = await Sql.OpenAsync(server.ConnectionString + ";Application Name=one");
        await using var other = await Sql.OpenAsync(server.ConnectionString + ";Application Name=other");
        Assert.That(await server.TerminateAsync("one"), Is.EqualTo(1));
        await Assert.ThatAsync(() => one.ExecuteAsync("SELECT 1"), Throws.InstanceOf<NpgsqlException>());
        Assert.That(await other.ExecuteAsync("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Databases_know_nothing_of_each_other()
    {
        var server = await SharedServers.PostgresAsync();
        var (one, other) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        await Sql.ExecuteAsync(one, "CREATE TABLE mine ()");
        Assert.That(await Sql.ExecuteAsync(one, "SELECT to_regclass('mine')::text"), Is.EqualTo("mine"));
        Assert.That(await Sql.ExecuteAsync(other, "SELECT to_regclass('mine')::text"), Is.EqualTo(DBNull.Value));
    }

    [Test]
    public async Task Settings_are_passed_on()
    {
        await using var server = await PostgresServer.StartAsync("max_notify_queue_pages=64", "fsync=on");
        Assert.That(await Sql.ExecuteAsync(server.ConnectionString, "SHOW max_notify_queue_pages"), Is.EqualTo("64"));
        Assert.That(await Sql.ExecuteAsync(server.ConnectionString, "SHOW fsync"), Is.EqualTo("on"));
    }

    [Test]
    public async Task A_setting_that_is_wrong_is_told_with_the_servers_words() =>
        await Assert.ThatAsync(() => PostgresServer.StartAsync("max_connections=none"), Throws.InvalidOperationException.With.Message.Contains("max_connections"));

    [Test]
    public async Task A_server_with_a_password_refuses_who_does_not_know_it()
    {
        await using var server = await PostgresServer.StartWithPasswordAsync();
        Assert.That(await Sql.ExecuteAsync(server.ConnectionString, "SELECT 1"), Is.EqualTo(1));
        await Assert.ThatAsync(
            () => Sql.OpenAsync(server.ConnectionString + ";Password=wrong"),
            Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InvalidPassword));
    }
}
