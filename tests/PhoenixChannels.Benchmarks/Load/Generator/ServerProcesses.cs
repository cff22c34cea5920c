using System.Diagnostics;
using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>CPU time and memory of the server: a process and all that it has started.</summary>
sealed class ServerProcesses
{
    readonly int[] _ids;

    public ServerProcesses(int root)
    {
        var ids = new List<int> { root };
        if (Directory.Exists("/proc/self"))
        {
            var parents = Process.GetProcesses().ToDictionary(process => process.Id, process => ParentOf(process.Id));
            for (var i = 0; i < ids.Count; i++) ids.AddRange(parents.Where(one => one.Value == ids[i]).Select(one => one.Key));
        }

        _ids = [.. ids];
    }

    public bool AreAlive
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(_ids[0]);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    /// <summary>Seconds. Linux's clock of a process has the resolution that utime and stime lack.</summary>
    public double CpuSeconds() => _ids.Sum(id =>
    {
        if (OperatingSystem.IsLinux()) return Native.CpuClockOf(id, out var clock) == 0 && Native.GetTime(clock, out var time) == 0 ? time.Seconds + time.Nanoseconds / 1e9 : 0;
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime.TotalSeconds;
    });

    /// <summary>What is resident, in KB; not a number where there is no /proc.</summary>
    public double ResidentKilobytes() => _ids.Sum(static id =>
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return double.NaN;
        }
    });

    static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
