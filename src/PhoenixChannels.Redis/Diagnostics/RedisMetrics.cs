using System.Diagnostics.Metrics;

namespace PhoenixChannels.Diagnostics;

/// <summary>The meter <c>PhoenixChannels.Redis</c>.</summary>
internal sealed class RedisMetrics
{
    public const string MeterName = "PhoenixChannels.Redis";

    public RedisMetrics(IMeterFactory? factory)
    {
#pragma warning disable CA2000 // The factory owns its meters; without one, the meter lives as long as the process.
        var meter = factory?.Create(MeterName) ?? new Meter(MeterName);
#pragma warning restore CA2000
        Reconnects = meter.CreateCounter<long>("phoenixchannels.redis.reconnects", "{connection}", "Connections after the first one that failed or was lost.");
        NameConflicts = meter.CreateCounter<long>("phoenixchannels.redis.name_conflicts", "{conflict}", "How often another node was found to hold this node's name.");
        Damaged = meter.CreateCounter<long>("phoenixchannels.redis.damaged", "{message}", "Messages on the adapter's channels that no node of this kind has sent.");
    }

    public Counter<long> Reconnects { get; }

    public Counter<long> NameConflicts { get; }

    public Counter<long> Damaged { get; }
}
