namespace PhoenixChannels.InteropTests.Wire;

/// <summary>The server did not answer as HTTP and WebSocket demand, or not at all.</summary>
internal sealed class WireException(string message, Exception? inner = null) : Exception(message, inner);
