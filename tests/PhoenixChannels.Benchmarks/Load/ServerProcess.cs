using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>A server under load, in a process of its own, for one run.</summary>
sealed partial class ServerProcess : IAsyncDisposable
{
    const int UserSignal1 = 10;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly TextWriter? _log;
    readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

    string? _lastLine;

    ServerProcess(Process process, int port, TextWriter? log)
    {
        (_process, Port, _log) = (process, port, log);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        AppDomain.CurrentDomain.ProcessExit += Kill;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What all servers run under, unless a variant says otherwise. The runtime reads its numbers as hexadecimal.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        ["DOTNET_TieredPGO"] = "1",
        ["DOTNET_TC_QuickJit"] = "0",
        ["DOTNET_GCGen0MaxBudget"] = "200000",
    };

    public int Id => _process.Id;

    public int Port { get; }

    public static async Task<ServerProcess> StartAsync(ServerSpec server, LoadOptions options, TextWriter? log)
    {
        var start = server.Kind is { } kind ? OwnProgram.Start("server", kind)
            : OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", server.Command!])
            : new ProcessStartInfo("/bin/sh", ["-c", server.Command!]);
        var port = FreePort();
        foreach (var (name, value) in Settings.Concat(options.Environment).Concat(server.Environment)) start.Environment[name] = value;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        var process = new ServerProcess(Pinning.Start(start, options.ServerCore), port, log);
        if (await process.FindAsync("READY") is not null) return process;
        await process.DisposeAsync();
        throw new InvalidOperationException($"The server did not become ready. {process._lastLine}".TrimEnd());
    }

    /// <summary>Has it collect its garbage; the size of its heap, or nothing.</summary>
    public async Task<string> CollectAsync()
    {
        _ = Signal(Id, UserSignal1);
        return await FindAsync("COLLECTED ") ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Kill(null, EventArgs.Empty);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>What is behind that beginning on the next line that has it; null when there is none in time.</summary>
    async Task<string?> FindAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(s_patience, TimeProvider.System);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token))
                if (line.StartsWith(beginning, StringComparison.Ordinal)) return line[beginning.Length..];
        }
        catch (OperationCanceledException)
        {
            // Not in time.
        }

        return null;
    }

    void Note(string? line)
    {
        if (line is null)
        {
            // The end of one of the two streams, and so of the process.
            _lines.Writer.TryComplete();
            return;
        }

        _lastLine = line;
        _lines.Writer.TryWrite(line);
        _log?.WriteLine(line);
    }

    void Kill(object? sender, EventArgs e) => _process.Kill(entireProcessTree: true);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
