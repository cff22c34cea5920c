using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Adapters;

/// <summary>Takes the adapter's envelopes: drops this node's own, counts what cannot be read and what is missing, delivers the rest.</summary>
internal sealed partial class EnvelopeReceiver(
    string node, ulong incarnation, NodeWatch watch, TopicRegistry topics, Action<Broadcast> deliver, PubSubMetrics metrics, ILogger logger, JsonSerializerOptions json) : IPubSubReceiver
{
    /// <summary>Topics are looked up on the stack up to here; longer ones are always read.</summary>
    const int LongestQuickTopic = 256;

    readonly HashSet<int> _told = [];
    readonly byte[] _node = Encoding.UTF8.GetBytes(node);

    public void Connected() => watch.Connected();

    public void Disconnected(string reason) => watch.Disconnected(reason);

    public void Receive(ReadOnlySpan<byte> envelope)
    {
        if (!Envelope.TryRead(envelope, out var read))
        {
            metrics.Skipped.Add(1);
            var version = envelope.IsEmpty ? -1 : envelope[0];
            if (_told.Add(version)) LogSkipped(logger, version);
            if (Envelope.TryReadSender(envelope, out var sender) && !IsOwn(sender)) watch.Numbers.Take(sender);
            return;
        }

        var isOwn = IsOwn(read);
        if (read.IsBeacon)
        {
            if (Beacon.TryRead(read.Payload, out var beacon)) watch.Take(read, beacon, isOwn, isOwnName: read.Node.SequenceEqual(_node));
            return;
        }

        if (isOwn && !read.IsToSender) return;
        if (!isOwn) watch.Numbers.Take(read);
        if (!IsWanted(read.Topic)) return;
        var bytes = read.Payload.ToArray();
        deliver(new(Encoding.UTF8.GetString(read.Topic), Encoding.UTF8.GetString(read.Event), read.IsBinary ? Payload.Binary(bytes) : Payload.FromValidJson(bytes, json)));
    }

    bool IsOwn(in Envelope envelope) => envelope.Incarnation == incarnation && envelope.Node.SequenceEqual(_node);

    /// <summary>Most messages concern topics that nobody here has subscribed to: those cost no string and no copy.</summary>
    bool IsWanted(ReadOnlySpan<byte> topic)
    {
        if (topic.Length > LongestQuickTopic) return true;
        Span<char> chars = stackalloc char[LongestQuickTopic];
        return topics.Has(chars[..Encoding.UTF8.GetChars(topic, chars)]);
    }

    [LoggerMessage(1, LogLevel.Warning, "Skipped an envelope of another node: version {Version} is not known here. It is not told again, but counted.")]
    static partial void LogSkipped(ILogger logger, int version);
}
