namespace PhoenixChannels;

/// <summary>The adapter did not take a message: it has been given to nobody, unless <see cref="IsOutcomeUnknown"/> is set.</summary>
public sealed class PubSubUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>
    /// The engine was given the message and died, or fell silent, before it answered. Other nodes may have got the message; subscribers on this node have not. Whoever sends it again may send it twice.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }
}
