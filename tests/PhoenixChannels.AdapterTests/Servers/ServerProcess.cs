using System.Diagnostics;

namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>A server in a process of its own that tests can stop, crash and pause; it ends with the tests, however they end.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan s_timeToStart = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(60);

    const string PidPrefix = "PID ";

    /// <summary>The server's children, which may be in process groups of their own; pgrep where there is no such file, as on macOS.</summary>
    const string Children = """
        children() { cat "/proc/$1/task/$1/children" 2>/dev/null || pgrep -P "$1"; }

        """;

    /// <summary>
    /// Runs the server, and ends it with the signal of its first argument once its input is closed: the system does that when
    /// the tests' process is gone. Whoever is paused by then goes on, so that it can end.
    /// </summary>
    const string Guard = Children + """
        signal=$1
        shift
        exec 3<&0
        "$@" <&3 3<&- &
        server=$!
        echo "PID $server"
        {
            while read -r _; do :; done
            kill -s "$signal" "$server"
            kill -s CONT "$server" $(children "$server")
        } <&3 2>/dev/null &
        guard=$!
        wait "$server"
        code=$?
        kill "$guard" 2>/dev/null
        exit "$code"
        """;

    /// <summary>Holds the server still while its children are listed, so that none is missed.</summary>
    const string SignalAll = Children + """
        kill -s STOP "$2" && kill -s "$1" "$2" $(children "$2")
        """;

    readonly ChildProcess _process;
    readonly string _processId;

    ServerProcess(ChildProcess process, string processId)
    {
        _process = process;
        _processId = processId;
    }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="endSignal">The signal that ends it at once when it is no longer needed.</param>
    /// <param name="isReady">Tells the line that it writes when it is ready.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    public static async Task<ServerProcess> StartAsync(IReadOnlyList<string> command, string endSignal, Predicate<string> isReady, string workingDirectory = "")
    {
        var process = ChildProcess.Start(
            OperatingSystem.IsWindows() ? command : ["/bin/sh", "-c", Guard, "guard", endSignal, .. command],
            new Dictionary<string, string?>(),
            workingDirectory);
        var ready = await process.FindLineAsync(isReady, s_timeToStart);
        if (ready is null)
        {
            await process.DisposeAsync();
            throw new InvalidOperationException($"The server did not become ready.{Environment.NewLine}{string.Join(' ', command)}{Environment.NewLine}{process.Output}");
        }

        var pidLine = OperatingSystem.IsWindows() ? $"{PidPrefix}{process.Id}" : await process.FindLineAsync(IsPidLine, s_timeToStart);
        return new ServerProcess(process, pidLine![PidPrefix.Length..]);
    }

    /// <summary>The last lines that the server wrote, for a failure's text.</summary>
    public string Output => _process.Output;

    /// <summary>Asks the server to end, and waits until it and its children have.</summary>
    public async Task StopAsync(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            await DisposeAsync();
            return;
        }

        Run("kill -s \"$1\" \"$2\"", signal);
        await WaitForExitAsync();
    }

    /// <summary>Ends the server and all its children at once: none of them gets to do anything any more.</summary>
    public async Task KillAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            await DisposeAsync();
            return;
        }

        Run(SignalAll, "KILL");
        await WaitForExitAsync();
    }

    /// <summary>From now on neither the server nor its children run; their connections stay open.</summary>
    public void Pause() => Run(SignalAll, "STOP");

    public void Resume() => Run(SignalAll, "CONT");

    public async ValueTask DisposeAsync()
    {
        _process.CloseInput();
        if (!OperatingSystem.IsWindows()) await _process.WaitForExitAsync(s_timeToStop);

        await _process.DisposeAsync();
    }

    static bool IsPidLine(string line) => line.StartsWith(PidPrefix, StringComparison.Ordinal);

    async Task WaitForExitAsync()
    {
        if (await _process.WaitForExitAsync(s_timeToStop) is null)
            throw new TimeoutException($"The server did not end.{Environment.NewLine}{Output}");
    }

    /// <summary>By the shell, which knows the signals' names: their numbers differ between systems.</summary>
    void Run(string script, string signal)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no signals.");

        using var shell = Process.Start("/bin/sh", ["-c", script, "signal", signal, _processId]);
        shell.WaitForExit();
    }
}
