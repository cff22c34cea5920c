using System.Diagnostics.Metrics;

namespace PhoenixChannels.Diagnostics;

/// <summary>The meter <c>PhoenixChannels.PubSub</c>.</summary>
internal sealed class PubSubMetrics
{
    public const string MeterName = "PhoenixChannels.PubSub";

    public PubSubMetrics(IMeterFactory? factory)
    {
#pragma warning disable CA2000 // The factory owns its meters; without one, the meter lives as long as the process.
        var meter = factory?.Create(MeterName) ?? new Meter(MeterName);
#pragma warning restore CA2000
        Meter = meter;
        Broadcasts = meter.CreateCounter<long>("phoenixchannels.pubsub.broadcasts", "{broadcast}", "Broadcasts delivered on this node, its own and those of other nodes.");
        Lost = meter.CreateCounter<long>("phoenixchannels.pubsub.lost", "{broadcast}", "Broadcasts that a subscription lost because its mailbox was full.");
        HandlerFailures = meter.CreateCounter<long>("phoenixchannels.pubsub.handler_failures", "{exception}", "Exceptions out of subscription handlers.");
        Skipped = meter.CreateCounter<long>("phoenixchannels.pubsub.skipped", "{envelope}", "Envelopes of other nodes in a version that this node does not know.");
        PublishErrors = meter.CreateCounter<long>("phoenixchannels.pubsub.publish_errors", "{message}", "Messages that the adapter did not take, by outcome: refused, unknown (it may have taken them), full (too much waits).");
        Gaps = meter.CreateCounter<long>("phoenixchannels.pubsub.gaps", "{gap}", "Times in which broadcasts of other nodes were missed, or may have been.");
        Missed = meter.CreateCounter<long>("phoenixchannels.pubsub.missed", "{broadcast}", "Broadcasts of other nodes that their sequence numbers show to be missing.");
        TrackerTransfers = meter.CreateCounter<long>("phoenixchannels.tracker.transfers", "{request}", "Requests to other nodes for tracked entries that were missing.");
        TrackerRefused = meter.CreateCounter<long>("phoenixchannels.tracker.refused", "{message}", "Messages of trackers that the adapter did not take; what they said is sent later.");
        TrackerUnreadable = meter.CreateCounter<long>("phoenixchannels.tracker.unreadable", "{message}", "Messages of other nodes' trackers in an unknown version, or damaged.");
    }

    public Meter Meter { get; }

    public Counter<long> Broadcasts { get; }

    public Counter<long> Lost { get; }

    public Counter<long> HandlerFailures { get; }

    public Counter<long> Skipped { get; }

    public Counter<long> Missed { get; }

    public Counter<long> PublishErrors { get; }

    public Counter<long> Gaps { get; }

    public Counter<long> TrackerTransfers { get; }

    public Counter<long> TrackerRefused { get; }

    public Counter<long> TrackerUnreadable { get; }
}
