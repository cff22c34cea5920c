namespace PhoenixChannels.Transports;

/// <summary>A client's session as a request finds it: on this node or on another.</summary>
internal interface ILongPollSession
{
    /// <summary>What the client names the session by.</summary>
    string Token { get; }

    /// <summary>Whether it may be the session of this user; its own node knows for certain.</summary>
    bool MayBelongTo(string? user);

    /// <summary>What waits, or what comes within the window. Whoever gets messages has to settle the answer.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    Task<PollAnswer> PollAsync(CancellationToken aborted);

    /// <summary>Hands over the messages of one request and waits for its joins. Returns the status that the client is told.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    Task<int> PostAsync(IReadOnlyList<LongPollMessage> messages, CancellationToken aborted);
}
