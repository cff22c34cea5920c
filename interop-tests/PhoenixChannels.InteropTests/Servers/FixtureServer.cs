using System.Net;
using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.InteropTests.Servers;

/// <summary>The fixture application in a process of its own.</summary>
internal sealed class FixtureServer : IAsyncDisposable
{
    static readonly TimeSpan s_timeToStart = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(15);

    readonly ChildProcess _process;

    FixtureServer(ChildProcess process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    /// <summary>The program and its argument that start a server. It listens where the variable PORT says.</summary>
    public static IReadOnlyList<string> Command { get; } = BuiltProgram.Command("FixtureServer");

    public IPEndPoint EndPoint { get; }

    /// <summary>The last lines that the server wrote, for a failure's text.</summary>
    public string Output => _process.Output;

    /// <param name="handsOver">Whether WebSockets leave HTTP once they are connected.</param>
    /// <param name="environment">More that it finds in its environment.</param>
    public static async Task<FixtureServer> StartAsync(bool handsOver = true, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        var process = ChildProcess.Start(
            Command,
            new Dictionary<string, string?>(environment ?? []) { ["PORT"] = $"{endPoint.Port}", ["HAND_OVER"] = handsOver ? "1" : "0" });
        try
        {
            if (!await process.WaitForLineAsync($"READY {endPoint.Port}", s_timeToStart))
                throw new InvalidOperationException($"The fixture server did not become ready.{Environment.NewLine}{process.Output}");

            return new FixtureServer(process, endPoint);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => _process.Terminate();

    /// <summary>SIGKILL, where the system has it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The exit code, or null when the server still runs by then.</summary>
    public Task<int?> WaitForExitAsync(TimeSpan within) => _process.WaitForExitAsync(within);

    public async ValueTask DisposeAsync()
    {
        _process.Terminate();
        await _process.WaitForExitAsync(s_timeToStop);
        await _process.DisposeAsync();
    }
}
