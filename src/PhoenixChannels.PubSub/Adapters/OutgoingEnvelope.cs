namespace PhoenixChannels;

/// <summary>An envelope that an adapter has to send.</summary>
/// <param name="Node">The one node that it is for, if there is one of that name; null for all nodes.</param>
/// <param name="Bytes">The envelope.</param>
public readonly record struct OutgoingEnvelope(string? Node, ReadOnlyMemory<byte> Bytes);
