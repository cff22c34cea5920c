namespace PhoenixChannels;

/// <summary>A channel, as <see cref="ISocketRegistry"/> has seen it.</summary>
public sealed record ChannelInfo
{
    /// <summary>The topic; the client chose it.</summary>
    public required string Topic { get; init; }

    /// <summary>The pattern that the channel is mapped on, such as <c>room:*</c>.</summary>
    public required string TopicPattern { get; init; }

    /// <summary>The full name of the <see cref="Channel"/> class; null for a channel made of lambdas, and before the join is handled.</summary>
    public required string? Type { get; init; }

    /// <summary>Whether the client has been let in; false while that is undecided. Phoenix's <c>status</c>.</summary>
    public required bool IsJoined { get; init; }

    /// <summary>How many messages wait to be handled, the one being handled not counted. Bounded by <see cref="SocketOptions.MaxMailboxLength"/>.</summary>
    public required int MailboxLength { get; init; }
}
