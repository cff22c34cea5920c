using Garnet;

/// <summary>What carries messages between the nodes: Redis, or Garnet, which speaks its protocol and runs in this process.</summary>
sealed class Engine : IDisposable
{
    readonly GarnetServer? _garnet;

    Engine(string name, string connection, GarnetServer? garnet = null) => (Name, Connection, _garnet) = (name, connection, garnet);

    /// <summary>postgres or redis.</summary>
    public string Name { get; }

    /// <summary>How the nodes reach it.</summary>
    public string Connection { get; }

    /// <exception cref="ArgumentException">There is no such engine, or it is not said where it is.</exception>
    public static Engine Create(string? name, string? connection) => (name, connection) switch
    {
        (null, null) => StartGarnet(),
        ("redis" or "postgres", not null) => new(name, connection),
        _ => throw new ArgumentException("write --engine redis or --engine postgres, and --connection with its connection string; or neither of them"),
    };

    public void Dispose() => _garnet?.Dispose();

    static Engine StartGarnet()
    {
        var port = FreePort.Next();
        var garnet = new GarnetServer([
            "--bind", "127.0.0.1",
            "--port", $"{port}",
            "--memory", "64m",
            "--page", "4m",
            "--segment", "16m",
            "--index", "1m",
            "--lua", "false",
            "--aof", "false",
            "--logger-level", "Error",
            "-q",
        ]);
        garnet.Start();
        return new("redis", $"127.0.0.1:{port}", garnet);
    }
}
