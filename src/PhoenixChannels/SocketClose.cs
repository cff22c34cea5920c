namespace PhoenixChannels;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The WebSocket close code that the server sent; 1006 when the connection was lost without one.</param>
/// <param name="Reason">The reason beside it; mostly empty.</param>
public sealed record SocketClose(int Code, string Reason);
