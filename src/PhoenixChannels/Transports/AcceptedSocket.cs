using System.Diagnostics;

namespace PhoenixChannels.Transports;

/// <summary>A client that was let in.</summary>
/// <param name="Socket">The application's socket.</param>
/// <param name="Serializer">What speaks the client's version.</param>
/// <param name="Scope">Where the socket's services come from, if it asked for any.</param>
/// <param name="Handshake">What the spans of its connection are linked to, if the handshake was traced.</param>
internal readonly record struct AcceptedSocket(Socket Socket, IChannelSerializer Serializer, IAsyncDisposable? Scope, ActivityLink[]? Handshake = null) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Scope?.DisposeAsync() ?? default;
}
