namespace PhoenixChannels.Benchmarks.Load.Report;

/// <summary>Which way a figure is good.</summary>
enum Better
{
    Neither,
    More,
    Less,
}
