using System.Collections.Concurrent;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>The sessions of one mounted socket on this node. A session's token names the mount and the node: one that was made for another mount is none here.</summary>
internal sealed class LongPollSessions(SocketEndpoint endpoint, LongPollTokens tokens, LongPollNodes nodes)
{
    readonly ConcurrentDictionary<UInt128, LongPollSession> _sessions = new();
    int _count;

    /// <summary>The mount's path, the same on all nodes.</summary>
    public string Name => endpoint.Path;

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
        var id = NodeIds.Create();
        var session = new LongPollSession(this, id, accepted.Socket.User) { Token = tokens.Protect(new(Name, nodes.NodeName, id)), AuthToken = authToken };
        session.Connection = new(endpoint, accepted, session);
        authToken?.Keep(session.Token);
        _sessions[session.Id] = session;
        session.Connection.Open();
        return session;
    }

    /// <summary>The session that a token names. Null when there is none; whether one of another node lives, that node knows.</summary>
    /// <param name="token">The token.</param>
    /// <param name="user">Who asks.</param>
    public ILongPollSession? Find(string? token, string? user)
    {
        if (!tokens.TryRead(token, out var address) || address.Mount != Name) return null;
        if (address.Node == nodes.NodeName) return Find(address.Session);
        return nodes.IsAlone ? null : new RemoteSession(nodes, address, token!, user, Options.Window);
    }

    /// <summary>The living session of this node, or null.</summary>
    public LongPollSession? Find(UInt128 id)
    {
        if (!_sessions.TryGetValue(id, out var session)) return null;
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
}
