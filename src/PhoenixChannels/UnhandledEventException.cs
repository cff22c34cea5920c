namespace PhoenixChannels;

/// <summary>A channel got an event that it has no handler for. Uncaught it crashes the channel, as in Phoenix.</summary>
public sealed class UnhandledEventException(string message) : Exception(message);
