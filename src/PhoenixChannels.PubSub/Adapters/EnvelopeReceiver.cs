using System.Text.Json;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Adapters;

/// <summary>Takes the adapter's envelopes: drops this node's own, counts what cannot be read and what is missing, delivers the rest.</summary>
internal sealed partial class EnvelopeReceiver(
    string node, ulong incarnation, Action<Broadcast> deliver, PubSubMetrics metrics, ILogger logger, JsonSerializerOptions json) : IPubSubReceiver
{
    readonly Dictionary<string, (ulong Incarnation, ulong Sequence)> _senders = [];

    public void Receive(ReadOnlySpan<byte> envelope)
    {
        if (!Envelope.TryRead(envelope, out var read))
        {
            metrics.Skipped.Add(1);
            LogSkipped(logger, envelope.IsEmpty ? -1 : envelope[0]);
            return;
        }

        if (read.Incarnation == incarnation && read.Node == node) return;
        var missed = CountMissed(read);
        if (missed > 0) metrics.Missed.Add((long)missed);
        var bytes = read.Payload.ToArray();
        deliver(new(read.Topic, read.Event, read.IsBinary ? Payload.Binary(bytes) : Payload.FromValidJson(bytes, json)));
    }

    /// <summary>How many of the sender's broadcasts lie between the last one seen and this one.</summary>
    ulong CountMissed(in Envelope envelope)
    {
        if (envelope.Sequence == 0) return 0;
        var isKnown = _senders.TryGetValue(envelope.Node, out var last) && last.Incarnation == envelope.Incarnation;
        if (isKnown && envelope.Sequence <= last.Sequence) return 0;
        _senders[envelope.Node] = (envelope.Incarnation, envelope.Sequence);
        return isKnown ? envelope.Sequence - last.Sequence - 1 : 0;
    }

    [LoggerMessage(1, LogLevel.Warning, "Skipped an envelope of another node: version {Version} is not known here.")]
    static partial void LogSkipped(ILogger logger, int version);
}
