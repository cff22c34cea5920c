namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>A real server through which nodes are connected, on a port of its own.</summary>
internal interface IEngineServer : IAsyncDisposable
{
    /// <summary>Which adapter connects nodes through it: <c>postgres</c> or <c>redis</c>.</summary>
    string Adapter { get; }

    int Port { get; }

    string ConnectionString { get; }

    /// <summary>The last lines that the server wrote, for a failure's text.</summary>
    string Output { get; }

    /// <summary>The same by another way: a proxy's port.</summary>
    string ConnectionStringAt(int port);

    /// <summary>In good order.</summary>
    Task StopAsync();

    /// <summary>All its processes are gone at once.</summary>
    Task KillAsync();

    /// <summary>After it was stopped or killed: on the same port.</summary>
    Task StartAgainAsync();

    /// <summary>It answers nobody until it is resumed; all connections stay open.</summary>
    void Pause();

    void Resume();
}
