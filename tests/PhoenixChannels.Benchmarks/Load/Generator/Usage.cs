using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Seconds of CPU time that were used: by the server, by this generator, and by all of the machine.</summary>
readonly record struct Usage(double Wall, double Server, double Client, double Busy, double SoftInterrupts)
{
    const double TicksPerSecond = 100;

    public double ClientPercentOfServer => Server > 0 ? 100 * Client / Server : double.NaN;

    /// <summary>What neither of the two has used, in percent of one core. Delivery on the loopback is in no process's time, and nobody else's.</summary>
    public double OthersPercentOfCore => Math.Max(0, 100 * (Busy - SoftInterrupts - Server - Client) / Wall);

    public static Usage Of(ServerProcesses server)
    {
        var (busy, soft) = Machine();
        return new(Clock.Now / (double)Clock.Second, server.CpuSeconds(), Environment.CpuUsage.TotalTime.TotalSeconds, busy, soft);
    }

    public static Usage operator -(Usage end, Usage start) =>
        new(end.Wall - start.Wall, end.Server - start.Server, end.Client - start.Client, end.Busy - start.Busy, end.SoftInterrupts - start.SoftInterrupts);

    public void Report(Figures figures, string prefix = "")
    {
        figures.Add($"{prefix}server_cpu_s", Server);
        figures.Add($"{prefix}client_percent", ClientPercentOfServer);
        figures.Add($"{prefix}others_percent", OthersPercentOfCore);
    }

    static (double Busy, double SoftInterrupts) Machine()
    {
        try
        {
            // cpu user nice system idle iowait irq softirq
            var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..8].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            return ((ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond, ticks[6] / TicksPerSecond);
        }
        catch (IOException)
        {
            return (double.NaN, double.NaN);
        }
    }
}
