namespace PhoenixChannels.Testing;

/// <summary>An expectation of a test was not met. The text says what was expected and what came instead; every test framework shows it as a failure.</summary>
public sealed class ChannelTestException : Exception
{
    internal ChannelTestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
