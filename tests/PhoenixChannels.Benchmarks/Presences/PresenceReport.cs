using System.Diagnostics;
using System.Globalization;

namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>
/// What a presence costs by the number of those who are present, above all that the cost of one more does not depend on it: the
/// columns with a × are the figure divided by that of the smallest topic.
/// </summary>
static class PresenceReport
{
    const int Rounds = 21, CheapCalls = 1000, WarmUps = 4;

    static readonly int[] s_sizes = [1000, 10_000, 100_000];

    public static async Task RunAsync(TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        Func<Subject>[] subjects = [() => new TrackerSubject(), () => new PresenceSubject<PlainPresence>(), () => new WatchedSubject()];
        foreach (var create in subjects)
            for (var i = 0; i < WarmUps; i++) await MeasureAsync(create(), s_sizes[0]);
        output.WriteLine($"Medians of {Rounds} rounds. {Machine.Describe()}.");
        output.WriteLine();
        output.WriteLine("| what | present | joins/s from empty | of it GC % | join µs | × | leave µs | × | diff µs | × | diff bytes | count µs | list ms | list as JSON ms | bytes/entry |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var create in subjects)
        {
            PresenceFigures? smallest = null;
            foreach (var size in s_sizes)
            {
                var figures = await MeasureAsync(create(), size);
                smallest ??= figures;
                output.WriteLine(Row(figures, smallest));
            }
        }

        output.WriteLine();
        output.WriteLine($"Took {(int)watch.Elapsed.TotalSeconds} s.");
    }

    static async Task<PresenceFigures> MeasureAsync(Subject subject, int size)
    {
        await using var _ = subject;

        // Off the stack of the last measurement, which would keep its subject alive.
        await Task.Yield();
        await subject.StartAsync(size + Subject.Batch);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var pauses = GC.GetTotalPauseDuration();
        var filling = await TimeAsync(() => subject.JoinAsync(0, size));
        var paused = (GC.GetTotalPauseDuration() - pauses).TotalSeconds;
        var joins = new double[Rounds];
        var leaves = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            joins[i] = await TimeAsync(() => subject.JoinAsync(size, Subject.Batch)) / Subject.Batch;
            leaves[i] = await TimeAsync(() => subject.LeaveAsync(size, Subject.Batch)) / Subject.Batch;
        }

        var count = await MedianAsync(() => Task.WhenAll(Enumerable.Range(0, CheapCalls).Select(_ => subject.CountAsync()))) / CheapCalls;
        var list = await MedianAsync(subject.ListAsync);
        var encode = await subject.EncodeAsync() == 0 ? default(double?) : await MedianAsync(subject.EncodeAsync);
        var diffBytes = subject.Announce(1);
        var diff = diffBytes == 0 ? default(double?) : await MedianAsync(() => Task.FromResult(subject.Announce(CheapCalls))) / CheapCalls;
        if (await subject.CountAsync() != size) throw new InvalidOperationException("Entries were lost.");
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)size;
        return new(subject.Name, size, size / filling, paused / filling, Median(joins), Median(leaves), diff, diffBytes, count, list, encode, bytes);
    }

    static string Row(PresenceFigures figures, PresenceFigures smallest) => string.Create(CultureInfo.InvariantCulture,
        $"| {figures.What} | {figures.Present:n0} | {figures.JoinsPerSecond:n0} | {figures.Collecting * 100:f0} | {Micro(figures.Join)} | {figures.Join / smallest.Join:f2} | {Micro(figures.Leave)} | {figures.Leave / smallest.Leave:f2} | {Micro(figures.Diff)} | {figures.Diff / smallest.Diff:f2} | {figures.DiffBytes:#} | {Micro(figures.Count)} | {figures.List * 1e3:f2} | {figures.Encode * 1e3:f2} | {figures.Bytes:n0} |");

    static string Micro(double? seconds) => seconds is { } value ? (value * 1e6).ToString("f2", CultureInfo.InvariantCulture) : "";

    static async Task<double> MedianAsync(Func<Task> action)
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++) times[i] = await TimeAsync(action);
        return Median(times);
    }

    static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
