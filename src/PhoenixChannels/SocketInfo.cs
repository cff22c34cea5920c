namespace PhoenixChannels;

/// <summary>A socket, as <see cref="ISocketRegistry"/> has seen it.</summary>
public sealed record SocketInfo
{
    /// <summary>Names the connection within this process, and is not used again. Takes the place of Phoenix's <c>pid</c>.</summary>
    public required long Key { get; init; }

    /// <summary>The full name of the <see cref="Socket"/> class. Phoenix's <c>module</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The <see cref="Socket.Id"/>; null when it is anonymous. Phoenix's <c>id</c>.</summary>
    public required string? Id { get; init; }

    /// <summary>The name of the <see cref="Socket.User"/>; null when it has none.</summary>
    public required string? UserName { get; init; }

    /// <summary>The transport: <c>websocket</c> or <c>longpoll</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>The route pattern of the path that the socket is mounted on, such as <c>/socket</c>.</summary>
    public required string Path { get; init; }

    /// <summary>When the client was let in.</summary>
    public required DateTimeOffset ConnectedSince { get; init; }

    /// <summary>How many channels it has, joining ones included.</summary>
    public required int ChannelCount { get; init; }

    /// <summary>How many bytes wait to be sent to it. Bounded by the transport's <c>MaxOutboxBytes</c>.</summary>
    public required long OutboxBytes { get; init; }
}
