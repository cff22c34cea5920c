namespace PhoenixChannels.Transports;

/// <summary>Where a session is.</summary>
/// <param name="Mount">The mounted socket's path.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Session">The session's id there: 128 random bits.</param>
internal readonly record struct LongPollAddress(string Mount, string Node, UInt128 Session);
