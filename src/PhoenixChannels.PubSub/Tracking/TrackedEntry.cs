namespace PhoenixChannels;

/// <summary>One tracked thing of a topic, on whichever node.</summary>
/// <param name="Key">What it is tracked as, such as a user's id; several entries may have it.</param>
/// <param name="Meta">What its owner has said of it, as the owner encoded it.</param>
public readonly record struct TrackedEntry(string Key, ReadOnlyMemory<byte> Meta);
