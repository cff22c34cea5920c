namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>A server of the Redis protocol on a port of its own: Garnet, or a Redis where there is one.</summary>
internal sealed class RedisServer : IEngineServer
{
    private readonly string? _redisServerPath;
    private readonly string[] _arguments;
    private ServerProcess? _process;

    private RedisServer(string? redisServerPath, string[] arguments)
    {
        _redisServerPath = redisServerPath;
        _arguments = arguments;
    }

    /// <summary>The redis-server on the PATH; null where there is none.</summary>
    public static string? RedisServerPath { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "redis-server.exe" : "redis-server"))
        .FirstOrDefault(File.Exists);

    public int Port { get; } = FreePort.Next();

    public string Adapter => "redis";

    public string ConnectionString => ConnectionStringAt(Port);

    public string Output => _process?.Output ?? "";

    public string ConnectionStringAt(int port) => $"127.0.0.1:{port}";

    /// <param name="redisServerPath">The redis-server to run; Garnet when left out.</param>
    /// <param name="arguments">More arguments for it.</param>
    public static async Task<RedisServer> StartAsync(string? redisServerPath = null, params string[] arguments)
    {
        var server = new RedisServer(redisServerPath, arguments);
        await server.StartAgainAsync();
        return server;
    }

    public Task StopAsync() => Running.StopAsync("TERM");

    public Task KillAsync() => Running.KillAsync();

    /// <summary>Empty, since it keeps everything in memory.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = await ServerProcess.StartAsync(
            _redisServerPath is null
                ? [.. BuiltProgram.Command("GarnetServer"), $"{Port}", .. _arguments]
                : [_redisServerPath, "--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "no", .. _arguments],
            "KILL",
            line => line == "READY" || line.Contains("eady to accept connections", StringComparison.Ordinal)); // capital in some versions
    }

    public void Pause() => Running.Pause();

    public void Resume() => Running.Resume();

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    private ServerProcess Running => _process ?? throw new InvalidOperationException("The server was never started.");
}
