using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PhoenixChannels.InteropTests.Servers;

/// <summary>A process that ends with all its children when it is disposed, or when the tests end.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly ProcessOutput _output = new();
    readonly PosixSignalRegistration _onTermination;

    ChildProcess(ProcessStartInfo startInfo)
    {
        _process = new Process { StartInfo = startInfo };
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.Start();
        AppDomain.CurrentDomain.ProcessExit += KillAtTheEnd;
        _onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Kill()); // which raises no ProcessExit
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => _output.ToString();

    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Changes to the environment; null takes a variable away.</param>
    /// <param name="workingDirectory">Where it runs; the tests' own when left out.</param>
    public static ChildProcess Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> environment, string workingDirectory = "")
    {
        var startInfo = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true, // closed when the tests end, however they do
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory,
        };
        foreach (var (name, value) in environment) startInfo.Environment[name] = value;

        return new ChildProcess(startInfo);
    }

    /// <summary>Whether the process wrote that line in time, before its end.</summary>
    public async Task<bool> WaitForLineAsync(string line, TimeSpan within) => await FindLineAsync(one => one == line, within) is not null;

    /// <summary>The first line that matches; null when the process wrote none in time, before its end.</summary>
    public async Task<string?> FindLineAsync(Predicate<string> matches, TimeSpan within)
    {
        var written = _output.LineAsync(matches);
        await Task.WhenAny(written, WaitForExitAsync(within));
        return written.IsCompleted ? await written : null;
    }

    /// <summary>The exit code, or null when the process still runs by then.</summary>
    public async Task<int?> WaitForExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Tells a process that reads its input that there is no more.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Asks the process to end where the system has a way to; else ends it.</summary>
    public void Terminate()
    {
        if (_process.HasExited) return;

        if (OperatingSystem.IsWindows()) Kill();
        else UnixSignal.Terminate(_process.Id);
    }

    /// <summary>Ends the process and its children at once.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtTheEnd;
        _onTermination.Dispose();
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    void KillAtTheEnd(object? sender, EventArgs e) => Kill();

    void Log(string? line)
    {
        if (line is not null) _output.Add(line);
    }
}
