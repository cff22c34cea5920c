namespace PhoenixChannels;

/// <summary>Where an adapter delivers what other nodes have sent.</summary>
public interface IPubSubReceiver
{
    /// <summary>
    /// Takes one envelope. An adapter may hand back what its own node has published: it is recognised and dropped. Envelopes of an
    /// unknown version are counted and skipped. Never throws; the memory is not kept.
    /// </summary>
    void Receive(ReadOnlySpan<byte> envelope);
}
