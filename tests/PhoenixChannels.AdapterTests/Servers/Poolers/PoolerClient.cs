using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>A client of a pooler, which believes to speak with the server.</summary>
internal sealed class PoolerClient(ConnectionPooler pooler, TcpClient connection) : IDisposable
{
    const int CancelRequest = (1234 << 16) | 5678;
    const int SslRequest = (1234 << 16) | 5679;
    const int GssRequest = (1234 << 16) | 5680;

    readonly NetworkStream _stream = connection.GetStream();
    readonly SemaphoreSlim _turn = new(1);
    (string User, string Database) _pool;
    PoolerSession? _session;
    int _answersDue;
    bool _requestOpen;

    /// <summary>Passes on what the client sends, until it or the server is gone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await LogInAsync(cancellationToken))
            {
                while (await PostgresMessage.ReadAsync(_stream, cancellationToken) is { Type: not 'X' } message)
                    await (await SessionForAsync(message, cancellationToken)).SendAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The server or the client is gone.
        }
        finally
        {
            Dispose();
            _session?.Dispose(); // nobody else may have what the client left in it: its transaction, or all it set
        }
    }

    /// <summary>Takes a message of the server, and gives the session back when it says that no transaction is open any more.</summary>
    public async Task ReceiveAsync(PostgresMessage message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (message.Type == 'Z' && --_answersDue == 0 && !_requestOpen && message.Body is [(byte)'I'] && pooler.Mode == PoolMode.Transaction)
            {
                var session = _session!;
                _session = null;
                session.Client = null;
                pooler.GiveBack(_pool, session);
            }

            await _stream.WriteAsync(message.Bytes, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => connection.Dispose();

    /// <summary>The session that the message goes to: the client's own, or the one that was given back last.</summary>
    async Task<PoolerSession> SessionForAsync(PostgresMessage message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_session is null)
            {
                _session = await pooler.TakeAsync(_pool, cancellationToken);
                _session.Client = this;
            }

            // ReadyForQuery answers a Query, a FunctionCall, and the Sync behind messages of the extended protocol.
            if (message.Type is 'Q' or 'F' or 'S')
            {
                _answersDue++;
                _requestOpen = false;
            }
            else if (message.Type is not ('d' or 'c' or 'f')) // the rows of a COPY belong to a Query
            {
                _requestOpen = true;
            }

            return _session;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets the client in as the server would, without asking for a password.</summary>
    async Task<bool> LogInAsync(CancellationToken cancellationToken)
    {
        while (await PostgresMessage.ReadOpeningAsync(_stream, cancellationToken) is { } message)
        {
            switch (BinaryPrimitives.ReadInt32BigEndian(message.Body))
            {
                case SslRequest or GssRequest:
                    await _stream.WriteAsync("N"u8.ToArray(), cancellationToken);
                    break;
                case CancelRequest:
                    return false;
                default:
                    await WelcomeAsync(message, cancellationToken);
                    return true;
            }
        }

        return false;
    }

    async Task WelcomeAsync(PostgresMessage startup, CancellationToken cancellationToken)
    {
        var words = Encoding.UTF8.GetString(startup.Body[4..]).Split('\0');
        var parameters = words.Chunk(2).Where(pair => pair is [not "", _]).ToDictionary(pair => pair[0], pair => pair[1]);
        _pool = (parameters["user"], parameters.GetValueOrDefault("database", parameters["user"]));

        var session = await pooler.TakeAsync(_pool, cancellationToken);
        PostgresMessage[] welcome =
        [
            PostgresMessage.Create('R', [0, 0, 0, 0]), // AuthenticationOk
            .. session.Parameters,
            PostgresMessage.Create('K', Guid.NewGuid().ToByteArray().AsSpan(0, 8)), // BackendKeyData: no session's
            PostgresMessage.Create('Z', "I"u8), // ReadyForQuery
        ];
        if (pooler.Mode == PoolMode.Session)
        {
            _session = session;
            session.Client = this;
        }
        else pooler.GiveBack(_pool, session);

        await _stream.WriteAsync(welcome.SelectMany(message => message.Bytes).ToArray(), cancellationToken);
    }
}
