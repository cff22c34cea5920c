namespace PhoenixChannels.Testing;

/// <summary>What became of a handshake.</summary>
/// <typeparam name="TSocket">The application's socket.</typeparam>
public sealed class TestConnectResult<TSocket>
    where TSocket : Socket
{
    internal TestConnectResult(int status, string body, TestSocket<TSocket>? socket) => (Status, Body, Socket) = (status, body, socket);

    /// <summary>Whether the client was let in.</summary>
    public bool IsAccepted => Socket is not null;

    /// <summary>The HTTP status: 101 when the client was let in, otherwise that of the refusal.</summary>
    public int Status { get; }

    /// <summary>The body of the refusal; mostly empty.</summary>
    public string Body { get; }

    /// <summary>The client, when it was let in.</summary>
    public TestSocket<TSocket>? Socket { get; }
}
