namespace PhoenixChannels;

/// <summary>Where an adapter delivers what other nodes have sent. No method throws or takes long.</summary>
public interface IPubSubReceiver
{
    /// <summary>
    /// Takes one envelope. An adapter may hand back what its own node has published: it is recognised and dropped. Envelopes of an
    /// unknown version are counted and skipped. The memory is not kept.
    /// </summary>
    void Receive(ReadOnlySpan<byte> envelope);

    /// <summary>From now on everything that other nodes publish arrives. To be called when the adapter is connected, for the first time and again.</summary>
    void Connected();

    /// <summary>What other nodes publish may be missed from some moment before now on, until <see cref="Connected"/>.</summary>
    /// <param name="reason">Why, for people who look after the node; without secrets.</param>
    void Disconnected(string reason);
}
