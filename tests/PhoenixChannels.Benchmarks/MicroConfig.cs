using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace PhoenixChannels.Benchmarks;

/// <summary>How the micro-benchmarks are run: in this process, which needs no second build of the solution, with few and short iterations.</summary>
static class MicroConfig
{
    public static IConfig Create() => DefaultConfig.Instance
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(9)
            .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100)))
        .AddColumn(StatisticColumn.Median)
        .HideColumns(Column.Error, Column.RatioSD)
        .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.DisableLogFile);
}
