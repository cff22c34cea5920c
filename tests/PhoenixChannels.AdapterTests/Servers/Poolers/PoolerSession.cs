using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>A session of the server that a pooler lends to its clients.</summary>
internal sealed class PoolerSession : IDisposable
{
    const int ProtocolVersion = 3 << 16;

    readonly TcpClient _connection = new();
    readonly List<PostgresMessage> _parameters = [];
    volatile PoolerClient? _client;

    PoolerSession()
    {
    }

    /// <summary>What the server said of itself when the session began.</summary>
    public IReadOnlyList<PostgresMessage> Parameters => _parameters;

    /// <summary>Whose it is; null while it is in the pool. What the server sends by then is lost.</summary>
    public PoolerClient? Client
    {
        get => _client;
        set => _client = value;
    }

    public bool IsOpen => _connection.Connected;

    /// <summary>Opens a session on a server that trusts everybody.</summary>
    public static async Task<PoolerSession> OpenAsync(int port, string user, string database, CancellationToken cancellationToken)
    {
        var session = new PoolerSession();
        try
        {
            await session._connection.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await session.SendAsync(PostgresMessage.Startup(ProtocolVersion, user, database), cancellationToken);
            while (true)
            {
                var message = await PostgresMessage.ReadAsync(session._connection.GetStream(), cancellationToken);
                switch (message?.Type)
                {
                    case 'R' when message.Body.SequenceEqual("\0\0\0\0"u8): // AuthenticationOk
                    case 'K': // BackendKeyData
                    case 'N': // NoticeResponse
                        break;
                    case 'S': // ParameterStatus
                        session._parameters.Add(message);
                        break;
                    case 'Z': // ReadyForQuery
                        return session;
                    default:
                        throw new IOException($"the server refuses the pooler a session for {user} in {database}");
                }
            }
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Passes on what the server sends, until it or the client is gone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await PostgresMessage.ReadAsync(_connection.GetStream(), cancellationToken) is { } message)
            {
                if (Client is { } client) await client.ReceiveAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The server or the client is gone.
        }
        finally
        {
            Dispose();
            Client?.Dispose();
        }
    }

    public async Task SendAsync(PostgresMessage message, CancellationToken cancellationToken) => await _connection.GetStream().WriteAsync(message.Bytes, cancellationToken);

    public void Dispose() => _connection.Dispose();
}
