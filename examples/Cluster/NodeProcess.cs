using System.Diagnostics;

/// <summary>A node as a process of its own, which is started again some time after it has ended.</summary>
sealed class NodeProcess(string name, string[] arguments, TimeProvider time)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    Process? _process;
    TaskCompletionSource _startNow = new();

    public string Name => name;

    public string Address { get; } = $"http://127.0.0.1:{FreePort.Next()}";

    /// <summary>Null while the process does not run.</summary>
    public int? ProcessId { get { lock (_lock) return _process?.Id; } }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var process = Start();
            lock (_lock) _process = process;
            await using (stopping.Register(process.StandardInput.Close)) await process.WaitForExitAsync(CancellationToken.None);
            lock (_lock) (_process, _startNow) = (null, new(TaskCreationOptions.RunContinuationsAsynchronously));
            await Task.WhenAny(_startNow.Task, Task.Delay(s_pause, time, stopping));
        }
    }

    /// <summary>SIGKILL: the node can say nothing to its clients or to the other node.</summary>
    public void Kill()
    {
        lock (_lock) _process?.Kill();
    }

    public void StartNow()
    {
        lock (_lock) _startNow.TrySetResult();
    }

    Process Start()
    {
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(NodeProcess).Assembly.Location] : [];
        return Process.Start(new ProcessStartInfo(program, [.. self, "--node", name, "--urls", Address, .. arguments]) { RedirectStandardInput = true })!;
    }
}
