using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>
/// One client's connection: derive from it to decide who may connect and what the channels may know of the client. One instance per
/// connection; set its properties in <see cref="ConnectAsync"/> and only read them afterwards, since the socket's channels run in
/// parallel. The counterpart of <see href="https://hexdocs.pm/phoenix/Phoenix.Socket.html">Phoenix.Socket</see>.
/// </summary>
/// <remarks>The constructor may ask for services; they live as long as the connection.</remarks>
/// <example>
/// <code>
/// sealed class UserSocket : Socket
/// {
///     public string User { get; private set; } = "";
///
///     protected override ValueTask&lt;ConnectResult&gt; ConnectAsync(ConnectInfo info, CancellationToken ct)
///     {
///         if (!info.Params.TryGetValue("user", out var user)) return new(ConnectResult.Refuse());
///         (User, Id) = (user, $"user_socket:{user}");
///         return new(ConnectResult.Ok);
///     }
/// }
/// </code>
/// </example>
public abstract class Socket
{
    ConcurrentDictionary<object, object?>? _items;
    string? _id;

    /// <summary>
    /// Names the connections of, say, one user, so that <see cref="IBroadcaster.DisconnectAsync"/> can close them all. Set in
    /// <see cref="ConnectAsync"/>; null, the default, makes the connection anonymous.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set after <see cref="ConnectAsync"/> has returned.</exception>
    public string? Id
    {
        get => _id;
        protected set => _id = Connection is null ? value : throw new InvalidOperationException("A socket's Id is set in ConnectAsync; the socket is subscribed to it already.");
    }

    /// <summary>The user of the handshake request; from the end of <see cref="ConnectAsync"/> on a copy of it, by <see cref="ClaimsPrincipal.Clone"/>, and an empty one when it is anonymous.</summary>
    [AllowNull]
    public ClaimsPrincipal User { get => field ??= new(new ClaimsIdentity()); internal set; }

    /// <summary>The transport: <c>websocket</c> or <c>longpoll</c>.</summary>
    public string Transport { get; internal set; } = "";

    /// <summary>Whatever else belongs to the connection; made on first use, safe to use from several channels.</summary>
    public IDictionary<object, object?> Items => _items ?? Interlocked.CompareExchange(ref _items, new(), null) ?? _items;

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Closed => Connection?.Closed ?? CancellationToken.None;

    internal SocketConnection? Connection { get; set; }

    /// <summary>Decides whether the client may connect. Runs once, within <see cref="SocketOptions.ConnectTimeout"/>; when it throws, the client is refused with 403.</summary>
    /// <param name="info">The handshake; valid only until this method has returned.</param>
    /// <param name="cancellationToken">Cancelled by the time-out and when the client gives up, from when the method first waits for something.</param>
    protected internal virtual ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => new(ConnectResult.Ok);

    /// <summary>Called once, when the connection and all its channels have ended.</summary>
    protected internal virtual ValueTask ClosedAsync(SocketClose close) => default;
}
