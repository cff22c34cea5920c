namespace PhoenixChannels.Transports;

/// <summary>One message between two nodes.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="From">The node that sends it.</param>
/// <param name="Request">The request that it is, or belongs to: 128 random bits, so that nobody answers who was not asked.</param>
internal sealed record NodeMessage(NodeMessageKind Kind, string From, UInt128 Request)
{
    /// <summary>Of a request: the session's mount.</summary>
    public string Mount { get; init; } = "";

    /// <summary>Of a request: the session.</summary>
    public UInt128 Session { get; init; }

    /// <summary>Of a poll and a post: who asks, as in <see cref="UserKey"/>. Of the question for a token: the request's path.</summary>
    public string? Asker { get; init; }

    /// <summary>Of an answer: the status that the client is told.</summary>
    public int Status { get; init; }

    /// <summary>Of a post: what the client sent. Of an answer: what it gets, or the token, protected.</summary>
    public IReadOnlyList<LongPollMessage> Messages { get; init; } = [];
}
