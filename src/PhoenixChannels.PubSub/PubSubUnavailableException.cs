namespace PhoenixChannels;

/// <summary>The adapter did not take a message: it has been given to nobody, unless the text says that the outcome is unknown.</summary>
public sealed class PubSubUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
