using System.Buffers.Binary;

namespace PhoenixChannels.Benchmarks.Load.Generator.Scenarios;

/// <summary>All connect, upgrade and join at once.</summary>
static class StormScenario
{
    const int Tcp = 6, TcpInfo = 11, TotalRetransmits = 100;

    public static void Run(ScenarioRun run)
    {
        var (clients, figures, count) = (run.Clients, run.Figures, run.Sizes[0]);
        clients.JoinAll(200, ScenarioRun.PerTopic);
        clients.CloseAll();
        clients.RunFor(0.5);
        clients.ClosedByServer = 0;
        var start = run.Usage();
        var took = clients.JoinAll(count, ScenarioRun.PerTopic, window: count);
        var used = run.Usage() - start;
        figures.Add("all_joined_ms", took / (double)Clock.Millisecond);
        figures.Add("cpu_us_per_join", used.Server * 1e6 / count);
        clients.JoinTimes.Report(figures);
        figures.Add("retransmits", Retransmits(clients));
        used.Report(figures);
    }

    /// <summary>Any means that the queue of the listener overflowed, and that the slowest waited for a second or more.</summary>
    static double Retransmits(Clients clients)
    {
        if (!OperatingSystem.IsLinux()) return double.NaN;
        Span<byte> info = stackalloc byte[TotalRetransmits + sizeof(uint)];
        var sum = 0u;
        foreach (var connection in clients.All)
        {
            if (connection.State != ConnectionState.Joined) continue;
            connection.Socket.GetRawSocketOption(Tcp, TcpInfo, info);
            sum += BinaryPrimitives.ReadUInt32LittleEndian(info[TotalRetransmits..]);
        }

        return sum;
    }
}
