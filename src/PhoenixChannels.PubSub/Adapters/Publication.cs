using PhoenixChannels.Topics;

namespace PhoenixChannels.Adapters;

/// <summary>A message on its way to the adapter.</summary>
/// <param name="broadcast">The message.</param>
/// <param name="from">The subscriber of this node that does not get it.</param>
/// <param name="node">The one node that it is for, or null.</param>
internal sealed class Publication(Broadcast broadcast, Subscriber? from, string? node) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What an envelope has besides its payload and names, roughly.</summary>
    const int Overhead = 128;

    static readonly Broadcast s_none = new("", "", Payload.Empty);

    /// <summary>A beacon, for which nobody waits.</summary>
    public Publication(Func<Beacon> beacon) : this(s_none, null, null) => Beacon = beacon;

    public Broadcast Broadcast => broadcast;

    public Subscriber? From => from;

    public string? Node => node;

    /// <summary>Makes the beacon that stands instead of the broadcast, if there is one: when it is sent, however long it waited.</summary>
    public Func<Beacon>? Beacon { get; }

    public bool IsCounted => node is null && Beacon is null;

    public long Size => Overhead + broadcast.Topic.Length + broadcast.Event.Length + broadcast.Payload.Bytes.Length;

    public byte[] Write(EnvelopeWriter envelopes) =>
        Beacon is { } beacon ? envelopes.WriteBeacon(beacon()) : node is null ? envelopes.Write(broadcast) : envelopes.WriteDirect(broadcast);
}
