namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>A server of the Redis protocol on a port of its own: Garnet, or a Redis where there is one.</summary>
internal sealed class RedisServer : IEngineServer
{
    static readonly string? s_redisServerPath = OnPath.Find("redis-server");

    readonly RedisKind _kind;
    readonly string[] _arguments;
    ServerProcess? _process;

    RedisServer(RedisKind kind, string[] arguments)
    {
        _kind = kind;
        _arguments = arguments;
    }

    /// <summary>What can be run here.</summary>
    public static IReadOnlyList<RedisKind> Kinds { get; } = s_redisServerPath is null ? [RedisKind.Garnet] : [RedisKind.Garnet, RedisKind.RedisServer];

    public int Port { get; } = FreePort.Next();

    public string Adapter => "redis";

    public string ConnectionString => ConnectionStringAt(Port);

    public string Output => _process?.Output ?? "";

    public string ConnectionStringAt(int port) => $"127.0.0.1:{port}";

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="arguments">More arguments for it.</param>
    public static async Task<RedisServer> StartAsync(RedisKind kind, params string[] arguments)
    {
        var server = new RedisServer(kind, arguments);
        await server.StartAgainAsync();
        return server;
    }

    public Task StopAsync() => Running.StopAsync("TERM");

    public Task KillAsync() => Running.KillAsync();

    /// <summary>Empty, since it keeps everything in memory.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null) await _process.DisposeAsync();

        _process = await ServerProcess.StartAsync(
            _kind == RedisKind.Garnet
                ? [.. BuiltProgram.Command("GarnetServer"), $"{Port}", .. _arguments]
                : [s_redisServerPath!, "--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "no", .. _arguments],
            "KILL",
            line => line == "READY" || line.Contains("eady to accept connections", StringComparison.Ordinal)); // capital in some versions
    }

    public void Pause() => Running.Pause();

    public void Resume() => Running.Resume();

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    ServerProcess Running => _process ?? throw new InvalidOperationException("The server was never started.");
}
