namespace PhoenixChannels.Transports;

/// <summary>What one node tells another about a session.</summary>
internal enum NodeMessageKind : byte
{
    /// <summary>A client polls.</summary>
    Poll = 1,

    /// <summary>A client posts.</summary>
    Post = 2,

    /// <summary>A client posts without its token for authentication: which one was the session opened with?</summary>
    AuthToken = 3,

    /// <summary>The answer to one of these.</summary>
    Answer = 4,

    /// <summary>Nobody waits for the answer any more.</summary>
    Cancel = 5,

    /// <summary>What an answer brought has been sent to the client.</summary>
    Sent = 6,

    /// <summary>It is known not to have been sent.</summary>
    NotSent = 7,
}
