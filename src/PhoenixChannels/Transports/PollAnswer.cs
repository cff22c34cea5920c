namespace PhoenixChannels.Transports;

/// <summary>What a poll is answered.</summary>
/// <param name="status">The status that the client is told.</param>
/// <param name="messages">The messages, each as it is sent.</param>
/// <param name="settle">Called with whether they have been sent. Until then no other poll gets any, and what has not been sent waits again.</param>
internal sealed class PollAnswer(int status, IReadOnlyList<ReadOnlyMemory<byte>> messages, Action<bool>? settle = null)
{
    public int Status => status;

    public IReadOnlyList<ReadOnlyMemory<byte>> Messages => messages;

    /// <summary>How long writing it may take; null where nobody waits to be told.</summary>
    public TimeSpan? WriteLimit { get; init; }

    public static PollAnswer Without(int status) => new(status, []);

    public void Settle(bool isSent) => settle?.Invoke(isSent);
}
