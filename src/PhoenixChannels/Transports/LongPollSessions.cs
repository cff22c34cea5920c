using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>
/// The sessions of one mounted socket. A session's token is its random id, protected with a purpose of its own for each mount: one
/// that was made elsewhere is none here.
/// </summary>
internal sealed class LongPollSessions(SocketEndpoint endpoint, string mount, IDataProtectionProvider protection)
{
    const int IdLength = 16;

    readonly IDataProtector _protector = protection.CreateProtector("PhoenixChannels.LongPoll.v1", mount);
    readonly ConcurrentDictionary<UInt128, LongPollSession> _sessions = new();
    int _count;

    public LongPollTransportOptions Options => endpoint.Options.LongPoll;

    public TimeProvider Time => endpoint.Time;

    /// <summary>Takes a place for a session. False when there are as many as there may be.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _count) <= Options.MaxSessions) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Unreserve() => Interlocked.Decrement(ref _count);

    /// <summary>Starts a session in the place that was reserved.</summary>
    /// <param name="accepted">Its socket.</param>
    /// <param name="authToken">The token for authentication that it is opened with, if that has to be kept.</param>
    public LongPollSession Start(in AcceptedSocket accepted, AuthTokenSession? authToken)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        RandomNumberGenerator.Fill(bytes);
        var session = new LongPollSession(this, BinaryPrimitives.ReadUInt128BigEndian(bytes), accepted.Socket.User) { Token = Base64Url.EncodeToString(_protector.Protect(bytes.ToArray())), AuthToken = authToken };
        session.Connection = new(endpoint, accepted, session);
        authToken?.Keep(session.Token);
        _sessions[session.Id] = session;
        session.Connection.Open();
        return session;
    }

    /// <summary>The living session that a token names, or null.</summary>
    public LongPollSession? Find(string? token)
    {
        if (string.IsNullOrEmpty(token) || !TryUnprotect(token, out var id) || !_sessions.TryGetValue(id, out var session)) return null;
        if (Time.GetElapsedTime(session.Started) <= Options.MaxSessionAge) return session;
        session.Connection.Close(CloseCode.GoingAway);
        return null;
    }

    public void Remove(LongPollSession session)
    {
        if (!_sessions.TryRemove(new(session.Id, session))) return;
        session.AuthToken?.Forget(session.Token);
        Unreserve();
    }

    bool TryUnprotect(string token, out UInt128 id)
    {
        id = default;
        if (!Base64Url.IsValid(token)) return false;
        try
        {
            var bytes = _protector.Unprotect(Base64Url.DecodeFromChars(token));
            if (bytes.Length != IdLength) return false;
            id = BinaryPrimitives.ReadUInt128BigEndian(bytes);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
