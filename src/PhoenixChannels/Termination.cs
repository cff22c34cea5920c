namespace PhoenixChannels;

/// <summary>How a channel ends.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Exception">What was thrown, when it crashed by an exception.</param>
public readonly record struct Termination(TerminationReason Reason, Exception? Exception = null);
