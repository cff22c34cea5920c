namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A step of a transcript could not be played.</summary>
internal sealed class ReplayException(string message) : Exception(message);
