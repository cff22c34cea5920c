using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>
/// Does to clients of PostgreSQL what PgBouncer does that has no prepared statements to track: they share sessions. It passes
/// on neither the client's other startup parameters nor its requests to cancel.
/// </summary>
internal sealed class ConnectionPooler : IPooler
{
    readonly int _server;
    readonly ConcurrentDictionary<(string User, string Database), ConcurrentStack<PoolerSession>> _pools = new();
    readonly ConcurrentBag<Task> _sessions = [];
    readonly CancellationTokenSource _end = new();
    readonly Task _running;

    /// <param name="server">The port of a server that trusts everybody.</param>
    /// <param name="mode">How long a client keeps a session.</param>
    public ConnectionPooler(int server, PoolMode mode)
    {
        _server = server;
        Mode = mode;
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _running = RunAsync(listener);
    }

    public PoolMode Mode { get; }

    public int Port { get; } = FreePort.Next();

    /// <summary>The idle session that was used last, or a new one.</summary>
    public async Task<PoolerSession> TakeAsync((string User, string Database) pool, CancellationToken cancellationToken)
    {
        while (Pool(pool).TryPop(out var idle))
        {
            if (idle.IsOpen) return idle;
        }

        var session = await PoolerSession.OpenAsync(_server, pool.User, pool.Database, cancellationToken);
        _sessions.Add(session.RunAsync(_end.Token));
        return session;
    }

    public void GiveBack((string User, string Database) pool, PoolerSession session) => Pool(pool).Push(session);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        await Task.WhenAll(_sessions);
        _end.Dispose();
    }

    ConcurrentStack<PoolerSession> Pool((string User, string Database) pool) => _pools.GetOrAdd(pool, _ => new());

    async Task RunAsync(TcpListener listener)
    {
        var clients = new List<Task>();
        using (listener)
        {
            try
            {
                while (true) clients.Add(new PoolerClient(this, await listener.AcceptTcpClientAsync(_end.Token)).RunAsync(_end.Token));
            }
            catch (OperationCanceledException)
            {
                // Disposed.
            }
        }

        await Task.WhenAll(clients);
    }
}
