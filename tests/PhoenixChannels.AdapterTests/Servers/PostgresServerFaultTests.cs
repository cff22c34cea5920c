using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers;

public sealed class PostgresServerFaultTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    PostgresServer _server = null!; // set by Start, before any test

    [OneTimeSetUp]
    public async Task Start() => _server = await PostgresServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    /// <summary>Whatever the test has done to the server.</summary>
    [TearDown]
    public Task StartAgain() => _server.StartAgainAsync();

    [Test]
    public async Task A_killed_server_can_be_started_again_with_its_data()
    {
        await Sql.ExecuteAsync(_server.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS value");
        await _server.KillAsync();
        await Assert.ThatAsync(() => Sql.OpenAsync(_server.ConnectionString), Throws.InstanceOf<NpgsqlException>());
        await _server.StartAgainAsync();
        Assert.That(await Sql.ExecuteAsync(_server.ConnectionString, "SELECT value FROM kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_killed_server_recovers_and_a_stopped_one_need_not()
    {
        await _server.StopAsync();
        await _server.StartAgainAsync();
        Assert.That(_server.Output, Does.Not.Contain("automatic recovery"));
        await _server.KillAsync();
        await _server.StartAgainAsync();
        Assert.That(_server.Output, Does.Contain("automatic recovery"));
    }

    [Test]
    public async Task A_server_that_stops_tells_its_sessions()
    {
        await using var connection = await Sql.OpenAsync(_server.ConnectionString);
        await _server.StopAsync();
        await Assert.ThatAsync(
            () => connection.ExecuteAsync("SELECT 1"),
            Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.AdminShutdown));
    }

    [Test]
    public async Task A_paused_server_answers_nobody_until_it_is_resumed()
    {
        await using var connection = await Sql.OpenAsync(_server.ConnectionString);
        _server.Pause();
        var answer = connection.ExecuteAsync("SELECT 1");
        await Assert.ThatAsync(() => Sql.OpenAsync(_server.ConnectionString + ";Timeout=1"), Throws.InstanceOf<NpgsqlException>().With.InnerException.InstanceOf<TimeoutException>());
        Assert.That(answer.IsCompleted, Is.False);
        _server.Resume();
        Assert.That(await answer.WaitAsync(s_patience), Is.EqualTo(1));
        Assert.That(await Sql.ExecuteAsync(_server.ConnectionString, "SELECT 2"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_paused_server_can_be_killed()
    {
        _server.Pause();
        await _server.KillAsync();
        await _server.StartAgainAsync();
        Assert.That(await Sql.ExecuteAsync(_server.ConnectionString, "SELECT 1"), Is.EqualTo(1));
    }
}
