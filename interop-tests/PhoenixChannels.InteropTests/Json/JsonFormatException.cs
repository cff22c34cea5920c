namespace PhoenixChannels.InteropTests.Json;

/// <summary>A text is no JSON, or does not hold what it should.</summary>
internal sealed class JsonFormatException(string message, Exception? inner = null) : Exception(message, inner);
