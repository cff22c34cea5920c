using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>A real PostgreSQL on a port and with data of its own.</summary>
internal sealed class PostgresServer : IEngineServer
{
    readonly PostgresInstallation _installation;
    readonly string _data;
    readonly string[] _settings;
    ServerProcess? _process;
    int _databases;

    PostgresServer(PostgresInstallation installation, string data, string[] settings)
    {
        _installation = installation;
        _data = data;
        _settings = settings;
    }

    public int Port { get; } = FreePort.Next();

    public string Adapter => "postgres";

    /// <summary>To the database that every server has.</summary>
    public string ConnectionString => ConnectionStringTo("postgres");

    public string Output => _process?.Output ?? "";

    public string ConnectionStringAt(int port) => Sql.AtPort(ConnectionString, port);

    /// <summary>Starts a server that trusts everybody.</summary>
    /// <param name="settings">More settings than the usual ones, which they override: <c>fsync=on</c>, <c>max_connections=10</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var installation = await PostgresInstallation.Current;
        return await StartAsync(installation, await installation.CreateDataAsync(), settings);
    }

    /// <summary>Starts a server that asks for a password.</summary>
    /// <param name="settings">As for one that does not.</param>
    public static async Task<PostgresServer> StartWithPasswordAsync(params string[] settings)
    {
        var installation = await PostgresInstallation.Current;
        var data = await installation.CreateDataAsync();
        await File.WriteAllTextAsync(Path.Combine(data, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        return await StartAsync(installation, data, settings);
    }

    /// <summary>Ends the sessions and the server: PostgreSQL's fast shutdown.</summary>
    public Task StopAsync() => Running.StopAsync("INT");

    /// <summary>All its processes are gone at once; it recovers when it is started again.</summary>
    public Task KillAsync() => Running.KillAsync();

    /// <summary>With the same data.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null) await _process.DisposeAsync();

        _process = await ServerProcess.StartAsync(
            _installation.Command("postgres", ["-D", _data, .. Settings.SelectMany(setting => new[] { "-c", setting })]),
            "QUIT",
            line => line.EndsWith("database system is ready to accept connections", StringComparison.Ordinal),
            Path.GetTempPath());
        await Sql.ExecuteAsync(ConnectionString, "SELECT 1");
    }

    public void Pause() => Running.Pause();

    public void Resume() => Running.Resume();

    /// <summary>Ends the sessions of that application name, as an administrator would.</summary>
    /// <returns>How many there were; they are gone by then.</returns>
    public async Task<int> TerminateAsync(string applicationName) => Convert.ToInt32(await Sql.ExecuteAsync(
        ConnectionString,
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 60000)) FROM pg_stat_activity WHERE application_name = $1",
        applicationName));

    /// <summary>Makes an empty database, which keeps a test apart from others on the same server.</summary>
    /// <returns>The connection string to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await Sql.ExecuteAsync(ConnectionString, $"CREATE DATABASE {name}");
        return ConnectionStringTo(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        await PostgresInstallation.RemoveSharedMemoryAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    // Without sockets in the file system, without waiting for a disk, and with shared memory that goes with the data folder even after a crash.
    IEnumerable<string> Settings =>
        ["listen_addresses=127.0.0.1", $"port={Port}", "unix_socket_directories=", "fsync=off", "dynamic_shared_memory_type=mmap", .. _settings];

    ServerProcess Running => _process ?? throw new InvalidOperationException("The server was never started.");

    static async Task<PostgresServer> StartAsync(PostgresInstallation installation, string data, string[] settings)
    {
        var server = new PostgresServer(installation, data, settings);
        await server.StartAgainAsync();
        return server;
    }

    string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = PostgresInstallation.User,
        Password = PostgresInstallation.Password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;
}
