using System.Diagnostics;
using System.Text.Json;
using PhoenixChannels.Benchmarks.Load;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>A node that runs <see cref="NodeCommand"/>; it ends with this process, whose end closes its input.</summary>
sealed class NodeProcess : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly Task<string> _complaints;
    readonly ServerProcesses _usage;

    NodeProcess(Process process)
    {
        _process = process;
        _complaints = process.StandardError.ReadToEndAsync();
        _usage = new(process.Id);
    }

    /// <summary>CPU time since its start.</summary>
    public double CpuSeconds => _usage.CpuSeconds();

    /// <param name="kind">One of those of <see cref="Messengers.Messenger"/>.</param>
    /// <param name="connectionString">To its engine.</param>
    public static async Task<NodeProcess> StartAsync(string kind, string connectionString)
    {
        var start = OwnProgram.Start(NodeCommand.Mode, kind, connectionString);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var (name, value) in ServerProcess.Settings) start.Environment[name] = value;
        var node = new NodeProcess(Process.Start(start)!);
        try
        {
            await node.ReadAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Subscribes to the first topics.</summary>
    public Task SubscribeAsync(int topics) => AskAsync($"subscribe {topics}");

    /// <inheritdoc cref="Sender.RunAsync"/>
    public async Task<Sent> SendAsync(int callers, int topics, double seconds) =>
        JsonSerializer.Deserialize<Sent>(await AskAsync(FormattableString.Invariant($"send {callers} {topics} {seconds}")))!;

    /// <inheritdoc cref="Arrivals.CollectAsync"/>
    public async Task<Arrived> CollectAsync(int expected) => JsonSerializer.Deserialize<Arrived>(await AskAsync($"collect {expected}"))!;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_patience, TimeProvider.System);
        await using var _ = limit.Token.Register(_process.Kill);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    async Task<string> ReadAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System)
        ?? throw new InvalidOperationException($"A node has ended. {(await _complaints).Trim()}");
}
