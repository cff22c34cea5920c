namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>A PgBouncer where there is one, with its usual settings.</summary>
internal sealed class PgBouncer : IPooler
{
    static readonly string? s_path = OnPath.Find("pgbouncer");

    readonly string _folder;
    ServerProcess? _process;

    PgBouncer(string folder) => _folder = folder;

    public static bool IsInstalled => s_path is not null;

    public int Port { get; } = FreePort.Next();

    public static async Task<PgBouncer> StartAsync(int server, PoolMode mode)
    {
        var pooler = new PgBouncer(Directory.CreateTempSubdirectory("pgbouncer-").FullName);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(pooler._folder, File.GetUnixFileMode(pooler._folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var (settings, users) = (Path.Combine(pooler._folder, "pgbouncer.ini"), Path.Combine(pooler._folder, "users.txt"));
        await File.WriteAllTextAsync(users, $"\"{PostgresInstallation.User}\" \"{PostgresInstallation.Password}\"\n");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host=127.0.0.1 port={server}

            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {pooler.Port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pool_mode = {(mode == PoolMode.Session ? "session" : "transaction")}
            """);
        pooler._process = await ServerProcess.StartAsync(PostgresInstallation.Unprivileged([s_path!, settings]), "KILL", line => line.Contains("process up", StringComparison.Ordinal), pooler._folder);
        return pooler;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
