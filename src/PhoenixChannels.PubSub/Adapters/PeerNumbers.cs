using System.Text;

namespace PhoenixChannels.Adapters;

/// <summary>
/// The numbers that other nodes' broadcasts have come with, and so which have not come. Of a node that was there before this one, what it published earlier is not missed; of one that has come
/// later, everything is. Which of the two it is, its beacon tells. Used by one thread at a time.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="missed">Told of each gap: the node, how many, and the timestamp of when it was last heard.</param>
internal sealed class PeerNumbers(TimeProvider time, Action<string, long, long> missed)
{
    /// <summary>After so long without a word, a node is gone for good.</summary>
    static readonly TimeSpan s_forgetAfter = TimeSpan.FromDays(7);

    /// <summary>How long a beacon may be on its way: of two nodes that start so close together, neither counts as the later one.</summary>
    static readonly TimeSpan s_transit = TimeSpan.FromSeconds(1);

    readonly Dictionary<ulong, Peer> _peers = [];

    /// <summary>A broadcast has come, or one that cannot be read and is counted elsewhere.</summary>
    public void Take(in Envelope envelope)
    {
        if (envelope.Sequence == 0) return;
        if (!_peers.TryGetValue(envelope.Incarnation, out var peer))
        {
            _peers[envelope.Incarnation] = new(Encoding.UTF8.GetString(envelope.Node), envelope.Sequence) { Unjudged = envelope.Sequence - 1, HeardAt = time.GetTimestamp() };
            return;
        }

        if (envelope.Sequence > peer.Last)
        {
            Count(peer, envelope.Sequence - peer.Last - 1);
            peer.Last = envelope.Sequence;
        }

        peer.HeardAt = time.GetTimestamp();
    }

    /// <summary>A beacon has come: it says how many broadcasts there were, and how long its node has been there.</summary>
    /// <param name="envelope">The beacon's envelope.</param>
    /// <param name="age">The other node's.</param>
    /// <param name="ownAge">This node's.</param>
    public void TakeBeacon(in Envelope envelope, TimeSpan age, TimeSpan ownAge)
    {
        var isNewer = age + s_transit < ownAge;
        if (!_peers.TryGetValue(envelope.Incarnation, out var peer))
        {
            peer = new(Encoding.UTF8.GetString(envelope.Node), envelope.Sequence) { Unjudged = envelope.Sequence, HeardAt = time.GetTimestamp() - (isNewer ? (long)(age.TotalSeconds * time.TimestampFrequency) : 0) };
            _peers[envelope.Incarnation] = peer;
        }

        if (peer.Unjudged > 0)
        {
            if (isNewer) Count(peer, peer.Unjudged);
            peer.Unjudged = 0;
        }

        if (envelope.Sequence > peer.Last)
        {
            Count(peer, envelope.Sequence - peer.Last);
            peer.Last = envelope.Sequence;
        }

        peer.HeardAt = time.GetTimestamp();
    }

    /// <summary>Forgets the nodes that are gone.</summary>
    public void Forget()
    {
        foreach (var (incarnation, peer) in _peers)
            if (time.GetElapsedTime(peer.HeardAt) > s_forgetAfter) _peers.Remove(incarnation);
    }

    void Count(Peer peer, ulong count)
    {
        if (count > 0) missed(peer.Node, (long)Math.Min(count, long.MaxValue), peer.HeardAt);
    }

    sealed class Peer(string node, ulong last)
    {
        public string Node => node;

        public ulong Last { get; set; } = last;

        /// <summary>How many came before the first that was heard, while it is not known whether this node was there already.</summary>
        public ulong Unjudged { get; set; }

        public long HeardAt { get; set; }
    }
}
