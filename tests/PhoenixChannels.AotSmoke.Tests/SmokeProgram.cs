using System.Diagnostics;
using System.Net;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Wire;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.AotSmoke.Tests;

/// <summary>The smoke application in a process of its own.</summary>
internal sealed class SmokeProgram : IAsyncDisposable
{
    const string Ready = "READY ";
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly ChildProcess _process;

    SmokeProgram(ChildProcess process, int port, TimeSpan startUp)
    {
        _process = process;
        EndPoint = new(IPAddress.Loopback, port);
        StartUp = startUp;
    }

    public IPEndPoint EndPoint { get; }

    public string Output => _process.Output;

    /// <summary>Whether it has written, or writes soon, a line with this in it: a log is written behind what it tells of.</summary>
    public async Task<bool> WritesAsync(string text) => await _process.FindLineAsync(line => line.Contains(text, StringComparison.Ordinal), s_patience) is not null;

    /// <summary>From the start of the process until it listens.</summary>
    public TimeSpan StartUp { get; }

    /// <summary>Resident, as Linux counts it.</summary>
    public long MemoryKiB => long.Parse(File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], null);

    /// <param name="command">The program.</param>
    /// <param name="settings">More of its configuration.</param>
    public static async Task<SmokeProgram> StartAsync(IReadOnlyList<string> command, params (string Name, string Value)[] settings)
    {
        var began = Stopwatch.GetTimestamp();
        var environment = new Dictionary<string, string?> { ["Channels__Sockets__MaxChannelsPerSocket"] = "2" };
        foreach (var (name, value) in settings) environment[name] = value;
        var process = ChildProcess.Start(command, environment);
        if (await process.FindLineAsync(line => line.StartsWith(Ready, StringComparison.Ordinal), s_patience) is { } line) return new(process, int.Parse(line[Ready.Length..], null), Stopwatch.GetElapsedTime(began));
        var output = process.Output;
        await process.DisposeAsync();
        throw new InvalidOperationException($"The program did not become ready.{Environment.NewLine}{output}");
    }

    public async Task<TestClient> ConnectAsync(string name)
    {
        var (client, response) = await WebSocketClient.ConnectAsync(EndPoint, new Handshake { Path = $"/socket/websocket?vsn=2.0.0&name={name}" });
        Assert.That(response.Status, Is.EqualTo(101), "the handshake's status");
        return new(client);
    }

    /// <summary>SIGTERM, and the exit code; null when it still runs.</summary>
    public Task<int?> TerminateAsync()
    {
        _process.Terminate();
        return _process.WaitForExitAsync(s_patience);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
